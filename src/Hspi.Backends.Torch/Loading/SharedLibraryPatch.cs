using System.Buffers.Binary;
using System.Text;

namespace Hspi.Backends.Torch.Loading;

/// <summary>Makes a shared library that was linked against GCC 13's libstdc++ loadable with older ones.</summary>
/// <remarks>
/// GCC 13 moved the start of <c>std::cout</c> and its kin into the library: every program that includes
/// <c>iostream</c> since asks for <c>_ZSt21ios_base_library_initv@GLIBCXX_3.4.32</c>, a function that does nothing
/// but exist. Debian 12 and Ubuntu 22.04 end at 3.4.30, where each program starts the streams by itself, and libtorch
/// (built with an older GCC) does. So the import may become any function that takes nothing and does no harm.
/// Format: System V ABI, "Symbol Table", and the Linux Standard Base, "Symbol Versioning".
/// </remarks>
internal static class SharedLibraryPatch
{
    /// <summary>The symbol that older libstdc++ lack.</summary>
    public const string MissingSymbol = "_ZSt21ios_base_library_initv";

    /// <summary>The version it is asked for in.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    // Takes nothing, changes nothing, is in every libc, and its name is shorter than the one it replaces.
    private const string Harmless = "getppid";

    private const int StringTable = 3; // SHT_STRTAB
    private const int DynamicSymbols = 11; // SHT_DYNSYM
    private const uint NeededVersions = 0x6ffffffe; // SHT_GNU_verneed
    private const uint SymbolVersions = 0x6fffffff; // SHT_GNU_versym
    private const ushort AnyVersion = 1; // VER_NDX_GLOBAL
    private const ushort Weak = 2; // VER_FLG_WEAK: the loader goes on where the version does not exist

    /// <summary>The library with the import replaced and its version made optional.</summary>
    /// <param name="library">The whole file: ELF, 64 bits, little-endian.</param>
    /// <exception cref="HspiException">It is another kind of file, or does not import the symbol.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> library)
    {
        if (library.Length < 64 || !library.StartsWith("\u007fELF\u0002\u0001"u8))
        {
            throw Wrong("it is no 64-bit little-endian ELF file");
        }

        var patched = library.ToArray();
        try
        {
            var symbols = Section(patched, DynamicSymbols);
            var strings = Linked(patched, symbols);
            var (symbol, name) = FindSymbol(patched, symbols, strings);
            Encoding.ASCII.GetBytes(Harmless + '\0').CopyTo(patched.AsSpan(name));
            Write16(patched, Section(patched, SymbolVersions).Offset + (2 * symbol), AnyVersion);
            Write16(patched, FindVersion(patched, Section(patched, NeededVersions)) + 4, Weak); // vna_flags
        }
        catch (ArgumentOutOfRangeException outside)
        {
            throw new HspiException(Wrong("its tables point outside of it").Message, outside);
        }

        return patched;
    }

    private static (int Symbol, int NameOffset) FindSymbol(byte[] file, Table symbols, Table strings)
    {
        for (var i = 0; i < symbols.Size / 24; i++)
        {
            var name = strings.Offset + Read32(file, symbols.Offset + (24 * i)); // st_name
            if (TextAt(file, name) == MissingSymbol)
            {
                return (i, name);
            }
        }

        throw Wrong($"it does not import {MissingSymbol}");
    }

    private static int FindVersion(byte[] file, Table needed)
    {
        var strings = Linked(file, needed);
        for (var library = needed.Offset; ; library += Read32(file, library + 12)) // vn_next
        {
            var version = library + Read32(file, library + 8); // vn_aux
            for (var left = Read16(file, library + 2); left > 0; left--) // vn_cnt
            {
                if (TextAt(file, strings.Offset + Read32(file, version + 8)) == MissingVersion) // vna_name
                {
                    return version;
                }

                version += Read32(file, version + 12); // vna_next
            }

            if (Read32(file, library + 12) == 0)
            {
                throw Wrong($"it does not ask for {MissingVersion}");
            }
        }
    }

    private readonly record struct Table(int Offset, int Size, int Link);

    private static Table Section(byte[] file, uint type)
    {
        var count = Read16(file, 60); // e_shnum
        for (var i = 0; i < count; i++)
        {
            if ((uint)Read32(file, Header(file, i) + 4) == type) // sh_type
            {
                return At(file, i);
            }
        }

        throw Wrong($"it has no section of type 0x{type:x}");
    }

    private static Table Linked(byte[] file, Table table)
    {
        var type = Read32(file, Header(file, table.Link) + 4);
        return type == StringTable ? At(file, table.Link) : throw Wrong("a table's names are no string table");
    }

    private static Table At(byte[] file, int index)
    {
        var header = Header(file, index);
        return new Table(Read32(file, header + 24), Read32(file, header + 32), Read32(file, header + 40)); // sh_offset, sh_size, sh_link
    }

    private static int Header(byte[] file, int index) => Read32(file, 40) + (64 * index); // e_shoff

    private static string TextAt(byte[] file, int offset)
    {
        var rest = file.AsSpan(Math.Clamp(offset, 0, file.Length));
        var end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    private static int Read16(byte[] file, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));

    // Fields of 64 bits are read as 32: no library of 2 GiB is patched, and a larger value falls outside the file.
    private static int Read32(byte[] file, int offset) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset));

    private static void Write16(byte[] file, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    private static HspiException Wrong(string what) =>
        new($"libLibTorchSharp.so cannot be adapted to this system's libstdc++: {what}. Update libstdc++ to GCC 13 or newer, or restore the TorchSharp package that hspi names.");
}
