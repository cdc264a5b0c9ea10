using System.Globalization;
using System.Text.RegularExpressions;
using Hspi.Cuda.Kernels;

namespace Hspi.Cuda.Tests.Kernels.Ptx;

/// <summary>Runs the probe kernels' PTX as the manual says, one instruction of all threads of a block after the other.</summary>
/// <remarks>Knows the few instructions that the kernels use, and refuses every other. What a matrix instruction computes is given.</remarks>
/// <param name="instruction">The one matrix instruction of the kernel.</param>
/// <param name="compute">d of one output: row of A, column of B as bytes, c.</param>
internal sealed partial class PtxMachine(MatrixInstruction instruction, Func<byte[], byte[], ulong, ulong> compute)
{
    private readonly byte[] _shared = new byte[4096];
    private byte[] _global = [];

    /// <summary>Runs a kernel.</summary>
    /// <param name="text">PTX.</param>
    /// <param name="global">Global memory.</param>
    /// <param name="parameters">The kernel's parameters by name; addresses count from the start of <paramref name="global"/>.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="threads">Threads of each.</param>
    public void Run(string text, byte[] global, IReadOnlyDictionary<string, ulong> parameters, int blocks, int threads)
    {
        _global = global;
        List<string> lines = [.. text.Split('\n').Select(line => line.Split("//")[0].Trim()).Where(line => line.Length > 0)];
        var body = string.Join(' ', lines[(lines.IndexOf("{") + 1)..lines.LastIndexOf("}")]);
        var statements = body.Replace("done:", "done:;", StringComparison.Ordinal).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var block = 0; block < blocks; block++)
        {
            Array.Fill(_shared, (byte)0xEE);
            Thread[] all = [.. Enumerable.Range(0, threads).Select(index => new Thread(index, block, threads, parameters))];
            foreach (var statement in statements.Where(statement => !statement.StartsWith('.')))
            {
                if (statement == "done:")
                {
                    foreach (var thread in all)
                    {
                        thread.Waits = false;
                    }

                    continue;
                }

                Execute(statement, [.. all.Where(thread => !thread.Waits)]);
            }
        }
    }

    private void Execute(string statement, Thread[] threads)
    {
        var parts = Statement().Match(statement);
        var (guard, name) = (parts.Groups["guard"].Value, parts.Groups["name"].Value);
        string[] operands = [.. Operand().Matches(parts.Groups["operands"].Value).Select(match => match.Value.Trim()).Where(operand => operand.Length > 0)];
        if (name.StartsWith("mma.sync", StringComparison.Ordinal))
        {
            Assert.Equal(instruction.Mnemonic, name);
            foreach (var warp in threads.Chunk(32))
            {
                MmaSync(warp, operands);
            }
        }
        else if (name.StartsWith("wgmma.mma_async", StringComparison.Ordinal))
        {
            Assert.Equal(instruction.Mnemonic, name);
            if (threads.Length > 0)
            {
                Wgmma(threads, operands);
            }
        }
        else
        {
            foreach (var thread in threads.Where(thread => guard.Length == 0 || thread[guard] != 0))
            {
                Scalar(thread, name, operands);
            }
        }
    }

    private void Scalar(Thread thread, string name, string[] operands)
    {
        ulong Value(int index) => thread.Value(operands[index]);
        switch (name)
        {
            case "mov.u32": thread[operands[0]] = Value(1); break;
            case "mad.lo.u32": thread[operands[0]] = (uint)((Value(1) * Value(2)) + Value(3)); break;
            case "mul.lo.u32": thread[operands[0]] = (uint)(Value(1) * Value(2)); break;
            case "mul.wide.u32": thread[operands[0]] = Value(1) * Value(2); break;
            case "add.u32": thread[operands[0]] = (uint)(Value(1) + Value(2)); break;
            case "add.u64": thread[operands[0]] = Value(1) + Value(2); break;
            case "and.b32": thread[operands[0]] = Value(1) & Value(2); break;
            case "or.b64": thread[operands[0]] = Value(1) | Value(2); break;
            case "shr.u32": thread[operands[0]] = Value(1) >> (int)Value(2); break;
            case "cvt.u64.u32": thread[operands[0]] = Value(1); break;
            case "setp.ge.u32": thread[operands[0]] = Value(1) >= Value(2) ? 1ul : 0; break;
            case "setp.lt.u32": thread[operands[0]] = Value(1) < Value(2) ? 1ul : 0; break;
            case "setp.eq.u32": thread[operands[0]] = Value(1) == Value(2) ? 1ul : 0; break;
            case "ld.param.u32" or "ld.param.u64": thread[operands[0]] = thread.Parameters[operands[1][1..^1]]; break;
            case "ld.global.b32" or "ld.global.f32": thread[operands[0]] = Load(_global, thread.Address(operands[1]), 4); break;
            case "ld.global.f64": thread[operands[0]] = Load(_global, thread.Address(operands[1]), 8); break;
            case "st.global.b32" or "st.global.f32": Store(_global, thread.Address(operands[0]), 4, Value(1)); break;
            case "st.global.f64": Store(_global, thread.Address(operands[0]), 8, Value(1)); break;
            case "ld.global.v4.b32":
                foreach (var (register, i) in List(operands[0]).Select((register, i) => (register, i)))
                {
                    thread[register] = Load(_global, thread.Address(operands[1]) + (4 * i), 4);
                }

                break;
            case "st.shared.v4.b32":
                foreach (var (register, i) in List(operands[1]).Select((register, i) => (register, i)))
                {
                    Store(_shared, thread.Address(operands[0]) + (4 * i), 4, thread[register]);
                }

                break;
            case "bra": thread.Waits = true; break;
            case "ret" or "bar.sync" or "fence.proxy.async.shared::cta" or "wgmma.fence.sync.aligned" or "wgmma.commit_group.sync.aligned" or "wgmma.wait_group.sync.aligned":
                break;
            default: throw new NotSupportedException($"The machine does not know {name}.");
        }
    }

    private void MmaSync(Thread[] warp, string[] operands)
    {
        var size = instruction.RowBytes / instruction.K;
        var a = new byte[instruction.M][];
        var b = new byte[MatrixInstruction.N][];
        for (var row = 0; row < a.Length; row++)
        {
            a[row] = new byte[instruction.RowBytes];
        }

        for (var column = 0; column < b.Length; column++)
        {
            b[column] = new byte[instruction.RowBytes];
        }

        foreach (var thread in warp)
        {
            foreach (var (bytes, i) in Elements(thread, List(operands[1]), size))
            {
                var (row, k) = Fragments.A(instruction, thread.Index % 32, i);
                bytes.CopyTo(a[row], k * size);
            }

            foreach (var (bytes, i) in Elements(thread, List(operands[2]), size))
            {
                var (k, column) = Fragments.B(instruction, thread.Index % 32, i);
                bytes.CopyTo(b[column], k * size);
            }
        }

        Accumulate(warp, List(operands[0]), List(operands[3]), (row, column) => (a[row], b[column]));
    }

    private void Wgmma(Thread[] threads, string[] operands)
    {
        Assert.Equal(128, threads.Length);
        var (a, b) = (threads[0].Value(operands[1]), threads[0].Value(operands[2]));
        Assert.All(threads, thread => Assert.Equal((a, b, 1ul), (thread.Value(operands[1]), thread.Value(operands[2]), thread[operands[3]])));
        byte[] Row(ulong descriptor, int row) => [.. Enumerable.Range(0, instruction.RowBytes).Select(at => _shared[Fragments.SharedByte(descriptor, row, at)])];
        Accumulate(threads, List(operands[0]), List(operands[0]), (row, column) => (Row(a, row), Row(b, column)));
    }

    private void Accumulate(Thread[] threads, string[] to, string[] from, Func<int, int, (byte[] A, byte[] B)> operandsOf)
    {
        foreach (var thread in threads)
        {
            List<byte> results = [];
            foreach (var (c, i) in Elements(thread, from, instruction.OutputBytes).ToList())
            {
                var (row, column) = Fragments.D(instruction, thread.Index, i);
                var (a, b) = operandsOf(row, column);
                results.AddRange(BitConverter.GetBytes(compute(a, b, Load(c, 0, c.Length)))[..instruction.OutputBytes]);
            }

            var width = results.Count / to.Length;
            for (var register = 0; register < to.Length; register++)
            {
                thread[to[register]] = Load([.. results], register * width, width);
            }
        }
    }

    // A register of 4 bytes holds several small elements, the first in its low bits; one of 8 bytes holds one FP64.
    private IEnumerable<(byte[] Bytes, int Index)> Elements(Thread thread, string[] registers, int size) => registers
        .SelectMany(register => BitConverter.GetBytes(thread[register])[..(instruction.AType == "f64" ? 8 : 4)].Chunk(size))
        .Select((bytes, i) => (bytes, i));

    private static ulong Load(byte[] memory, int at, int size)
    {
        var word = 0ul;
        for (var i = size - 1; i >= 0; i--)
        {
            word = (word << 8) | memory[at + i];
        }

        return word;
    }

    private static void Store(byte[] memory, int at, int size, ulong word) => BitConverter.GetBytes(word).AsSpan(0, size).CopyTo(memory.AsSpan(at));

    private static string[] List(string operand) => operand.Trim('{', '}').Split(',', StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"^(@(?<guard>%\w+) )?(?<name>[\w.:]+)\s*(?<operands>.*)$")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\{[^}]*\}|[^,{}]+")]
    private static partial Regex Operand();

    private sealed class Thread(int index, int block, int threads, IReadOnlyDictionary<string, ulong> parameters)
    {
        private readonly Dictionary<string, ulong> _registers = new(StringComparer.Ordinal) { ["%tid.x"] = (ulong)index, ["%ctaid.x"] = (ulong)block, ["%ntid.x"] = (ulong)threads };

        public int Index => index;

        public IReadOnlyDictionary<string, ulong> Parameters => parameters;

        /// <summary>It jumped to the end, and does nothing until the others are there.</summary>
        public bool Waits { get; set; }

        /// <summary>A register; reading one that was never written is a fault of the kernel.</summary>
        public ulong this[string register]
        {
            get => _registers[register];
            set => _registers[register] = value;
        }

        public ulong Value(string operand) => operand.StartsWith('%') ? this[operand]
            : operand == "operands" ? 0 // the one array in shared memory
            : operand.StartsWith("0x", StringComparison.Ordinal) ? ulong.Parse(operand[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : ulong.Parse(operand, CultureInfo.InvariantCulture);

        public int Address(string operand)
        {
            var parts = operand.Trim('[', ']').Split('+');
            return checked((int)this[parts[0]] + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0));
        }
    }
}
