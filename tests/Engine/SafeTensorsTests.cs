using System.Buffers.Binary;
using System.Text;
using LisNative.Tests.Data;

namespace LisNative.Tests.Engine;

public class SafeTensorsTests
{
    private static byte[] File(string header, int bytes)
    {
        var result = new byte[8 + Encoding.UTF8.GetByteCount(header) + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(result, Encoding.UTF8.GetByteCount(header));
        Encoding.UTF8.GetBytes(header).CopyTo(result, 8);
        return result;
    }

    [Fact]
    public void Round_trip_keeps_names_shapes_bits_and_metadata()
    {
        using var folder = new TemporaryFolder();
        var file = new SafeTensors();
        file.Metadata["what"] = "äöü \"quoted\"";
        file.Add("b.weight", [2, 3], [1, -0f, float.Epsilon, 3.4e38f, 5, 6]);
        file.Add("a", [], [7]);
        file.Add("empty", [0, 4], []);
        file.Write(folder["x.safetensors"]);
        var read = SafeTensors.Read(folder["x.safetensors"]);
        Assert.Equal("äöü \"quoted\"", read.Metadata["what"]);
        Assert.Equal(["a", "b.weight", "empty"], read.Tensors.Keys);
        Assert.Equal("[2, 3]", read["b.weight"].Shape.ToString());
        Assert.Equal([1, -0f, float.Epsilon, 3.4e38f, 5, 6], read["b.weight"].ToFloats());
        Assert.Equal("[]", read["a"].Shape.ToString());
    }

    [Theory]
    [InlineData("F64", 8)]
    [InlineData("F16", 2)]
    [InlineData("BF16", 2)]
    public void Other_types_are_read(string type, int size)
    {
        byte[] bytes = File($$$"""{"t":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{size}}}]}}""", size);
        byte[] one = type == "F64" ? BitConverter.GetBytes(1.5) : type == "F16" ? BitConverter.GetBytes((Half)1.5)
            : BitConverter.GetBytes((ushort)0x3fc0);
        one.CopyTo(bytes, bytes.Length - size);
        Assert.Equal([1.5], SafeTensors.Parse(bytes, "test")["t"].ToDoubles());
    }

    [Theory]
    [InlineData("I64", 8)]
    [InlineData("U16", 2)]
    [InlineData("BOOL", 1)]
    [InlineData("F8_E4M3", 1)]
    [InlineData("a type of next year", 3)]
    public void Types_that_are_no_numbers_here_are_listed_kept_and_refused_where_they_are_asked_for(string type, int size)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File($$$"""{"t":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{size}}}]}}""", size);
        var file = SafeTensors.Parse(bytes, "weights.st");
        Assert.Equal((type, "[1]"), (file["t"].Type, file["t"].Shape.ToString()));
        Assert.Equal($"weights.st: tensor \"t\": expected numbers of F16, BF16, F32 or F64, found {type}",
            Assert.Throws<InputException>(() => file["t"].ToFloats()).Message);
        file.Add("more", [1], [2]);
        file.Write(folder["x"]);
        Assert.Equal(type, SafeTensors.Read(folder["x"])["t"].Type);
    }

    [Theory]
    [InlineData("{}", 4, "byte 10: expected the end of the tensors, found 4 bytes more")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 8, "needs 4 bytes")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 8, "needs 8 bytes")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "byte 119: expected the next tensor, found it at byte 115")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "byte 66: expected the end of the tensors, found 4 bytes more")]
    [InlineData("""{"t":{"dtype":"I8","shape":[3],"data_offsets":[0,1]}}""", 1, "needs 3 bytes")]
    [InlineData("""{"t":{"dtype":"F4","shape":[1],"data_offsets":[1,0]}}""", 1, "needs some bytes, found [1, 0) of 1")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "not valid")]
    [InlineData("""{"t":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,4]}}""", 4, "not valid")]
    [InlineData("""{"t":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "not valid")]
    [InlineData("""{"t":5}""", 4, "not valid")]
    [InlineData("[1]", 0, "not valid")]
    [InlineData("{", 0, "header of 1")]
    [InlineData("{{", 0, "not valid")]
    public void Damage_is_one_sentence(string header, int bytes, string expected)
    {
        var e = Assert.Throws<InputException>(() => SafeTensors.Parse(File(header, bytes), "model.lis"));
        Assert.StartsWith("model.lis, byte ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_beyond_the_file_is_refused()
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, long.MaxValue);
        Failure.Contains<InputException>("found 20 bytes", () => SafeTensors.Parse(bytes, "x"));
    }

    [Fact]
    public void What_could_not_be_read_again_is_not_added()
    {
        var file = new SafeTensors();
        Assert.Throws<ArgumentException>(() => file.Add("a", [3], new float[2]));
        Assert.Throws<ArgumentException>(() => file.Add("__metadata__", [2], new float[2]));
    }

    [Fact]
    public void The_digest_is_of_the_metadata_too()
    {
        var file = new SafeTensors { Metadata = { ["rate"] = "0.1" } };
        string digest = file.Digest();
        file.Metadata["digest"] = digest;
        Assert.Equal(digest, file.Digest());
        file.Metadata["rate"] = "0.2";
        Assert.NotEqual(digest, file.Digest());
    }
}
