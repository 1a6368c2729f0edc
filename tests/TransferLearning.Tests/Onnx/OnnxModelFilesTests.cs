using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Onnx;

public sealed class OnnxModelFilesTests
{
    [Fact]
    public void A_model_that_is_loaded_and_saved_keeps_its_bytes()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = TestGraph.Dense().ToByteArray();
        File.WriteAllBytes(folder.File("model.onnx"), bytes);
        OnnxModel.Load(folder.File("model.onnx")).Save(folder.File("copy.onnx"));
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("copy.onnx")));
        Assert.Equal(bytes, OnnxModel.Parse(bytes).ToBytes());
    }

    [Fact]
    public void Fields_of_a_later_format_survive_surgery()
    {
        // Field 1000, a string, appended to the model and to its graph, whose length prefix is patched.
        byte[] unknown = [0xC2, 0x3E, 0x03, (byte)'n', (byte)'e', (byte)'w'];
        var proto = TestGraph.Dense();
        byte[] graph = [.. proto.Graph.ToByteArray(), .. unknown];
        proto.Graph = null;
        byte[] bytes = [.. proto.ToByteArray(), .. unknown, 0x3A, (byte)(graph.Length & 0x7F | 0x80), (byte)(graph.Length >> 7), .. graph];
        Assert.True(graph.Length is > 127 and < 16384);

        byte[] saved = OnnxModel.Parse(bytes).CutAt("logits").WithMetadata([new("k", "v")]).ToBytes();
        Assert.Equal(2, Occurrences(saved, unknown));
    }

    [Fact]
    public void Floats_stored_as_a_list_are_read_like_raw_ones()
    {
        var proto = TestGraph.Dense();
        var weight = proto.Graph.Initializer[0];
        weight.ClearRawData();
        weight.FloatData.AddRange([1, 2, 3, 4, 5, 6]);
        var model = OnnxModel.Parse(proto.ToByteArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], model.ReadInitializer("w"));
        Assert.Equal(TestGraph.Dense().ToByteArray(), model.ToBytes());
    }

    [Theory]
    [InlineData("one list")]
    [InlineData("the type after the list")]
    [InlineData("two lists")]
    [InlineData("no list")]
    [InlineData("a long tag")]
    public void Floats_in_a_file_are_read_in_each_encoding_of_the_list_form(string encoding)
    {
        static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
        byte[] type = [0x10, 1];
        byte[] data = encoding switch
        {
            "the type after the list" => [0x22, 24, .. Floats(1, 2, 3, 4, 5, 6), .. type],
            "two lists" => [.. type, 0x22, 8, .. Floats(1, 2), 0x22, 16, .. Floats(3, 4, 5, 6)],
            "no list" => [.. type, .. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(value => (byte[])[0x25, .. Floats(value)])],
            "a long tag" => [.. type, 0xA2, 0, 24, .. Floats(1, 2, 3, 4, 5, 6)],
            _ => [.. type, 0x22, 24, .. Floats(1, 2, 3, 4, 5, 6)],
        };

        // The weight is in a second part of the graph, which a reader merges with the first.
        var proto = TestGraph.Dense();
        proto.Graph.Initializer.RemoveAt(0);
        byte[] tensor = [0x0A, 2, 2, 3, .. data, 0x42, 1, (byte)'w'];
        byte[] bytes = [.. proto.ToByteArray(), 0x3A, (byte)(tensor.Length + 2), 0x2A, (byte)tensor.Length, .. tensor];
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("model.onnx"), bytes);
        foreach (var model in (OnnxModel[])[OnnxModel.Load(folder.File("model.onnx")), OnnxModel.Parse(bytes)])
        {
            Assert.Equal([1, 2, 3, 4, 5, 6], model.ReadInitializer("w"));
            Assert.All(model.Proto.Graph.Initializer, stored => Assert.Equal((true, 0), (stored.HasRawData, stored.FloatData.Count)));
        }
    }

    [Fact]
    public void Inputs_outputs_opset_and_metadata_are_told()
    {
        var proto = TestGraph.Dense();
        proto.Graph.Input.Add(GraphBuilder.ValueInfo("w", TensorProto.Types.DataType.Float, [2, 3]));
        var model = OnnxModel.Parse(proto.ToByteArray()).WithMetadata([new("a", "1"), new("b", "2")]).WithMetadata([new("a", "3")]);
        Assert.Equal("x: Float [N, 2]", Assert.Single(model.Inputs).ToString());
        Assert.Equal("y: Float [N, 3]", Assert.Single(model.Outputs).ToString());
        Assert.Equal(13, model.OpsetVersion);
        Assert.Equal(9, model.ParameterCount);
        Assert.Equal(new Dictionary<string, string> { ["a"] = "3", ["b"] = "2" }, model.Metadata);
        Assert.Equal(2, model.Proto.MetadataProps.Count);
    }

    [Fact]
    public void Saving_replaces_the_old_file_and_leaves_no_other()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.onnx");
        File.WriteAllText(path, "old");
        OnnxModel.Parse(TestGraph.Dense().ToByteArray()).Save(path);
        Assert.Equal(9, OnnxModel.Load(path).ParameterCount);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_no_other()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.onnx");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_a_killed_process_left_behind_is_removed_by_the_next_save()
    {
        using var folder = new TemporaryFolder();
        string stale = folder.File(".model.onnx.0123.tmp"), fresh = folder.File(".model.onnx.4567.tmp");
        string foreign = folder.File(".other.onnx.89.tmp");
        foreach (string file in new[] { stale, fresh, foreign })
            File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddHours(-2));
        OnnxModel.Parse(TestGraph.Dense().ToByteArray()).Save(folder.File("model.onnx"));
        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(fresh));
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public void Saving_into_a_folder_that_is_absent_is_an_io_error()
    {
        using var folder = new TemporaryFolder();
        var model = OnnxModel.Parse(TestGraph.Dense().ToByteArray());
        Assert.ThrowsAny<IOException>(() => model.Save(folder.File("absent/model.onnx")));
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_or_sound()
    {
        byte[] bytes = TestGraph.Dense().ToByteArray();
        int refused = 0;
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                OnnxModel.Parse(bytes.AsSpan(0, length));
            }
            catch (OnnxGraphException)
            {
                refused++;
            }
        }

        // Nothing but the graph makes a model, and the graph is one field; what stands after it can be cut off unseen.
        Assert.True(refused > bytes.Length - 20, $"{refused} of {bytes.Length}");
    }

    [Fact]
    public void A_file_cut_off_is_named()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("half.onnx");
        File.WriteAllBytes(path, TestGraph.Dense().ToByteArray()[..150]);
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_models_are_named()
    {
        using var folder = new TemporaryFolder();
        string empty = folder.File("empty.onnx"), text = folder.File("text.onnx"), pointer = folder.File("pointer.onnx");
        File.WriteAllText(empty, "");
        File.WriteAllText(text, "<!DOCTYPE html><html>404</html>");
        File.WriteAllText(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        foreach (var (file, expected) in new[] { (empty, "is empty"), (text, "not an ONNX model"), (pointer, "git lfs pull") })
        {
            var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(file));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }

        Assert.Throws<FileNotFoundException>(() => OnnxModel.Load(folder.File("absent.onnx")));
    }

    [Fact]
    public void A_pipe_is_refused_without_waiting_for_a_writer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs named pipes in the file system");
        using var folder = new TemporaryFolder();
        string pipe = folder.File("pipe.onnx");
        using var process = System.Diagnostics.Process.Start("mkfifo", [pipe]);
        process.WaitForExit();
        Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(pipe));
    }

    private static int Occurrences(byte[] bytes, byte[] part)
    {
        int count = 0;
        for (int i = 0; i + part.Length <= bytes.Length; i++)
        {
            if (bytes.AsSpan(i, part.Length).SequenceEqual(part))
                count++;
        }

        return count;
    }
}
