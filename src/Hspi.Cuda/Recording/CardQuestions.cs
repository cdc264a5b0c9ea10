using Hspi.Cuda.Reports;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Units;
using Hspi.Numerics.Vectors;

namespace Hspi.Cuda.Recording;

/// <summary>One dot product to ask of every instruction that multiplies its types.</summary>
/// <param name="Id">Its name in its source.</param>
/// <param name="A">Left format.</param>
/// <param name="B">Right format.</param>
/// <param name="D">Format of addend and result.</param>
/// <param name="Left">Left words; more than an instruction takes are asked as a chain, D fed back as C.</param>
/// <param name="Right">Right words, as many.</param>
/// <param name="C">The addend.</param>
/// <param name="Unit">The one unit that is meant; null for every unit of these types.</param>
internal sealed record CardQuestion(
    string Id, NumberFormat A, NumberFormat B, NumberFormat D, ulong[] Left, ulong[] Right, ulong C, MatrixUnit? Unit)
{
    /// <summary>Whether an instruction can answer it.</summary>
    /// <param name="unit">What the table says that the instruction computes.</param>
    public bool Fits(MatrixUnit unit) => A == unit.A && B == unit.B && D == unit.D && (Unit is null || Unit == unit);
}

/// <summary>Questions of one source.</summary>
/// <param name="Source"><see cref="ProbeAgreement.Numerics"/>, or the name of a vector file.</param>
/// <param name="All">The questions.</param>
internal sealed record CardQuestions(string Source, IReadOnlyList<CardQuestion> All)
{
    /// <summary>The numeric probes of a folder; block-scaled ones are of no instruction here.</summary>
    /// <exception cref="HspiException">The folder cannot be read.</exception>
    public static CardQuestions OfProbes(string folder)
    {
        try
        {
            return new(ProbeAgreement.Numerics,
            [
                .. NumericProbeFile.ReadFolder(folder).Where(probe => probe.Scaling == BlockScaling.None)
                    .Select(probe => new CardQuestion(probe.Id, probe.A, probe.B, probe.D, probe.LeftWords, probe.RightWords, probe.C, null)),
            ]);
        }
        catch (VectorFormatException wrong)
        {
            throw new HspiException($"{wrong.Message} Carry the folder data beside the program.", wrong);
        }
    }

    /// <summary>The cases of a vector file that are meant for one generation.</summary>
    /// <exception cref="HspiException">The file cannot be read.</exception>
    public static CardQuestions OfVectors(string file, Architecture architecture)
    {
        try
        {
            return new(Path.GetFileName(file),
            [
                .. VectorFile.Read(file).Where(one => one.Row.Architecture == architecture && one.ScalesA.Length == 0)
                    .Select(one => new CardQuestion(one.Id, one.Unit.A, one.Unit.B, one.Unit.D, one.A, one.B, one.C, one.Unit)),
            ]);
        }
        catch (VectorFormatException wrong)
        {
            throw new HspiException($"{wrong.Message} Leave it out of --vectors, or mend it.", wrong);
        }
    }
}
