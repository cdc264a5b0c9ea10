using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hspi.Networks.Onnx;

/// <summary>Writes the protobuf wire format: the few forms that ONNX files use.</summary>
/// <remarks>Source: protobuf "Encoding" specification. A field is (number · 8 + wire type) as a varint, then its value.</remarks>
internal sealed class WireWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Integer(int field, long value)
    {
        Raw((ulong)(field << 3 | Varint));
        Raw((ulong)value);
    }

    public void Real(int field, float value)
    {
        Raw((ulong)(field << 3 | Fixed32));
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        _bytes.Write(four);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw((ulong)(field << 3 | Delimited));
        Raw((ulong)value.Length);
        _bytes.Write(value);
    }

    public void Message(int field, Action<WireWriter> write)
    {
        var inner = new WireWriter();
        write(inner);
        Bytes(field, inner._bytes.WrittenSpan);
    }

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
