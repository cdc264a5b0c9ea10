using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Reductions;

/// <summary>How a library or a group of cards divides one sum: data that composes with any matrix unit and with itself.</summary>
/// <remarks>
/// A reduction only makes a <see cref="SummationSchedule"/>; what one chain computes is the unit's affair.
/// Tile sizes, warps, stages and swizzles are absent because they do not change bits: each output is one accumulator.
/// Source: facebookexperimental/triton, bitequiv/cublas_match (measured on sm_90, sm_100, sm_103).
/// </remarks>
public abstract record Reduction
{
    private Reduction()
    {
    }

    /// <summary>The schedule for one output.</summary>
    /// <param name="terms">Which terms, at least one.</param>
    /// <param name="chunk">Which of <see cref="Chunks"/> equal parts of the output the element lies in: a ring all-reduce starts each at another rank.</param>
    public abstract SummationSchedule Schedule(TermRange terms, int chunk = 0);

    /// <summary>How many parts of the output have different schedules.</summary>
    public virtual int Chunks => 1;

    /// <summary>One chain over all terms: a plain tiled product, whatever its tiles.</summary>
    public sealed record SingleChain : Reduction
    {
        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0) => new SummationSchedule.Chain(terms);
    }

    /// <summary>A chain that is closed every <paramref name="Every"/> terms; the block totals are added forward in FP32.</summary>
    /// <remarks>cuBLAS FP8 on Hopper without fast accumulation, CUTLASS and DeepGEMM: 128.</remarks>
    /// <param name="Every">Terms per block, at least 1.</param>
    public sealed record Promoted(int Every) : Reduction
    {
        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0) =>
            Join(Pieces(terms, Every).Select(SummationSchedule (piece) => new SummationSchedule.Chain(piece)), KnownFormats.Fp32, KnownFormats.Fp32);
    }

    /// <summary>The partial K tile comes first and is filled up with zeros to whole instructions (CUTLASS kernels for unaligned shapes).</summary>
    /// <remarks>Boundaries with R = K mod tile: 0, 16, …, R, R + 16, …: the residue's last instruction is short.</remarks>
    /// <param name="Tile">block_k: 32, 64 or 128.</param>
    /// <param name="Instruction">Products per instruction, which divides the tile.</param>
    public sealed record ResidueFirst(int Tile, int Instruction = 16) : Reduction
    {
        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0)
        {
            var residue = terms.Count % Tile;
            var rest = terms.Slice(residue, terms.Count - residue);
            var filled = terms.Slice(0, residue) with { Padding = (Instruction - (residue % Instruction)) % Instruction };
            return new SummationSchedule.Chain(residue == 0 ? [rest] : rest.Count == 0 ? [filled] : [filled, rest]);
        }
    }

    /// <summary>Contiguous slices of K, computed apart and added in order.</summary>
    /// <remarks>Slice length = ceil(ceil(K / grain) / slices) · grain, the last one short; so fewer slices than asked for are possible.</remarks>
    /// <param name="Slices">SPLITK_NUM, at least 1.</param>
    /// <param name="Grain">64 for 16-bit types, 128 for FP8 (nvjet).</param>
    /// <param name="Merge">How the partial sums are kept.</param>
    /// <param name="Output">The product's output type, for merges that round to it.</param>
    /// <param name="Inner">How each slice is summed.</param>
    public sealed record SplitK(int Slices, int Grain, SplitMerge Merge, NumberFormat Output, Reduction Inner) : Reduction
    {
        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0)
        {
            var grains = (terms.Count + Grain - 1) / Grain;
            var length = (grains + Slices - 1) / Slices * Grain;
            return Join(
                Pieces(terms, length).Select(piece => Inner.Schedule(piece, chunk)),
                Merge == SplitMerge.OutputPartials ? Output : KnownFormats.Fp32,
                Merge == SplitMerge.SerialOutput ? Output : KnownFormats.Fp32);
        }
    }

    /// <summary>Each K tile is divided among warps of one thread block, whose accumulators are added in order at the end.</summary>
    /// <param name="Ways">Warps along K, at least 1; divides the tile.</param>
    /// <param name="Tile">block_k.</param>
    public sealed record SlicedK(int Ways, int Tile) : Reduction
    {
        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0)
        {
            var share = Tile / Ways;
            var ranges = Enumerable.Range(0, Ways).Select(_ => new List<TermRange>()).ToList();
            for (var first = 0; first < terms.Count; first += share)
            {
                ranges[first / share % Ways].Add(terms.Slice(first, Math.Min(share, terms.Count - first)));
            }

            return Join(
                ranges.Where(range => range.Count > 0).Select(SummationSchedule (range) => new SummationSchedule.Chain(range)),
                KnownFormats.Fp32,
                KnownFormats.Fp32);
        }
    }

    /// <summary>K is divided among cards, each of which rounds its partial sum; an all-reduce adds them.</summary>
    /// <param name="Ranks">Cards, at least 1; the last ones get less where K does not divide.</param>
    /// <param name="Order">In which order the all-reduce adds.</param>
    /// <param name="Format">Format of the partial sums on the wire and of the running sum: BF16 for BF16 activations.</param>
    /// <param name="Inner">How each card sums its share.</param>
    public sealed record TensorParallel(int Ranks, AllReduceOrder Order, NumberFormat Format, Reduction Inner) : Reduction
    {
        /// <inheritdoc/>
        public override int Chunks => Order == AllReduceOrder.Ring ? Ranks : Inner.Chunks;

        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0)
        {
            var share = (terms.Count + Ranks - 1) / Ranks;
            List<SummationSchedule> parts = [.. Pieces(terms, share).Select(piece => Inner.Schedule(piece, chunk))];
            if (Order == AllReduceOrder.Tree)
            {
                return Halves(parts, Format);
            }

            // A ring sends chunk c on from rank c + 1, so rank c adds last.
            var start = Order == AllReduceOrder.Ring ? (chunk + 1) % parts.Count : 0;
            return Join(parts[start..].Concat(parts[..start]), Format, Format);
        }
    }

    /// <summary>A CPU's vector loop: one chain per lane over every Width-th term, then the lanes added.</summary>
    /// <param name="Width">Lanes (times unrolled vectors), at least 1.</param>
    /// <param name="Order">Forward, or by halves: ((0+1)+(2+3))+….</param>
    public sealed record Lanes(int Width, LaneOrder Order) : Reduction
    {
        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0)
        {
            var whole = terms.Count / Width;
            List<SummationSchedule> lanes = whole == 0
                ? []
                : [.. Enumerable.Range(0, Width).Select(lane => new SummationSchedule.Chain(terms.Slice(lane, whole, Width)))];
            // What does not fill a vector is added one by one, after the lanes.
            var tail = Enumerable.Range(whole * Width, terms.Count - (whole * Width))
                .Select(SummationSchedule (i) => new SummationSchedule.Chain(terms.Slice(i, 1)));
            return Join(
                lanes.Count == 0 ? tail : Order == LaneOrder.Halves ? tail.Prepend(Halves(lanes, KnownFormats.Fp32)) : lanes.Concat(tail),
                KnownFormats.Fp32,
                KnownFormats.Fp32);
        }
    }

    /// <summary>NumPy's sum: sequential below 8 terms, 8 lanes by halves up to 128, recursive halving above.</summary>
    /// <remarks>Source: numpy/_core/src/umath/loops_utils.h.src, pairwise_sum; seen on NumPy 1.24 with FPRev's masks.</remarks>
    public sealed record Pairwise : Reduction
    {
        private const int Width = 8;
        private const int LongestBlock = 128;

        /// <inheritdoc/>
        public override SummationSchedule Schedule(TermRange terms, int chunk = 0)
        {
            if (terms.Count <= LongestBlock)
            {
                return new Lanes(Width, LaneOrder.Halves).Schedule(terms);
            }

            var half = terms.Count / 2;
            half -= half % Width;
            return Join([Schedule(terms.Slice(0, half)), Schedule(terms.Slice(half, terms.Count - half))], KnownFormats.Fp32, KnownFormats.Fp32);
        }
    }

    private static IEnumerable<TermRange> Pieces(TermRange terms, int length)
    {
        for (var first = 0; first < terms.Count; first += length)
        {
            yield return terms.Slice(first, Math.Min(length, terms.Count - first));
        }
    }

    private static SummationSchedule Join(IEnumerable<SummationSchedule> parts, NumberFormat partial, NumberFormat running)
    {
        SummationSchedule[] all = [.. parts];
        return all.Length == 1 && partial == KnownFormats.Fp32 ? all[0] : new SummationSchedule.Sum(all, partial, running);
    }

    // Neighbours first, then pairs of pairs; an odd one waits for the next round.
    private static SummationSchedule Halves(IReadOnlyList<SummationSchedule> parts, NumberFormat format)
    {
        while (parts.Count > 1)
        {
            parts = [.. parts.Chunk(2).Select(pair => Join(pair, format, format))];
        }

        return parts[0];
    }
}
