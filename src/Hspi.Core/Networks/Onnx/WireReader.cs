using System.Buffers.Binary;
using System.Text;

namespace Hspi.Networks.Onnx;

/// <summary>Reads the protobuf wire format out of bytes that nobody has checked.</summary>
/// <remarks>Allocates nothing by a length that the file only claims: every length is held against the bytes that are there.</remarks>
/// <param name="bytes">The message.</param>
/// <param name="start">Offset of <paramref name="bytes"/> in the file, for messages.</param>
/// <param name="source">Name of the file, for messages.</param>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, int start, string source)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    private int WireType { get; set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_at == _bytes.Length)
        {
            return false;
        }

        var key = Varint();
        (Field, WireType) = ((int)Math.Min(key >> 3, int.MaxValue), (int)(key & 7));
        return true;
    }

    /// <summary>The field's whole number.</summary>
    public long Integer() => WireType == 0 ? (long)Varint() : throw Wrong("is not a whole number");

    /// <summary>The field's fp32 number.</summary>
    public float Real() => WireType == 5 ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : throw Wrong("is not an fp32 number");

    /// <summary>The field's text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>The field's bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (WireType != 2)
        {
            throw Wrong("holds no bytes");
        }

        var length = Varint();
        return length <= (ulong)(_bytes.Length - _at)
            ? Take((int)length)
            : throw Wrong($"claims {length} bytes, {_bytes.Length - _at} are left; the file is cut short or damaged");
    }

    /// <summary>The field's message.</summary>
    public WireReader Message()
    {
        var inner = Bytes();
        return new WireReader(inner, start + _at - inner.Length, source);
    }

    /// <summary>Whole numbers of a repeated field: packed, or the one that stands here.</summary>
    public void AddIntegers(List<long> to)
    {
        if (WireType != 2)
        {
            to.Add(Integer());
            return;
        }

        for (var packed = Message(); packed._at < packed._bytes.Length;)
        {
            to.Add((long)packed.Varint());
        }
    }

    /// <summary>Passes over a field that we do not read.</summary>
    public void Skip()
    {
        switch (WireType)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Wrong($"has wire type {WireType}, which protobuf 3 does not know");
        }
    }

    /// <summary>An error that says where in the file.</summary>
    public readonly HspiException Wrong(string what) =>
        new($"{source}: field {Field} near byte {start + _at} {what}. Give the file as its maker wrote it.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw Wrong("ends in the middle; the file is cut short or damaged");
        }

        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Wrong("holds a number of more than 64 bits");
    }
}
