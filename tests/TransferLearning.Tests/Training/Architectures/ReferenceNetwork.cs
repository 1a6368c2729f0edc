using System.Runtime.InteropServices;
using System.Text.Json;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training.Architectures;

/// <summary>
/// A small network exported by PyTorch, with its loss, logits and gradients in double precision (see the README beside the files).
/// </summary>
internal sealed class ReferenceNetwork
{
    private readonly JsonElement _facts;
    private readonly float[] _numbers;

    private ReferenceNetwork(OnnxModel model, JsonElement facts, float[] numbers) => (Model, _facts, _numbers) = (model, facts, numbers);

    /// <summary>The networks at hand by name, or a single empty name where the folder is absent.</summary>
    public static TheoryData<string> Names => Files("models/torch");

    /// <summary>The networks with one fault of its own each.</summary>
    public static TheoryData<string> OperatorFiles => Files("models/operators");

    /// <summary>The network as it stands in the file.</summary>
    public OnnxModel Model { get; }

    /// <summary>The number of images of the reference batch.</summary>
    public int Images => (int)InputShape[0];

    /// <summary>The shape of the reference batch.</summary>
    public long[] InputShape => [.. _facts.GetProperty("input_shape").EnumerateArray().Select(size => size.GetInt64())];

    /// <summary>The number of classes.</summary>
    public int Classes => _facts.GetProperty("classes").GetInt32();

    /// <summary>The images.</summary>
    public float[] Input => Numbers(_facts.GetProperty("input_data"));

    /// <summary>The logits of the images.</summary>
    public float[] Logits => Numbers(_facts.GetProperty("logits_data"));

    /// <summary>The names of the tensors that PyTorch trains.</summary>
    public IEnumerable<string> Trained => _facts.GetProperty("gradients").EnumerateObject().Select(entry => entry.Name)
        .Concat(_facts.TryGetProperty("without_gradient", out var idle) ? idle.EnumerateArray().Select(name => name.GetString()!) : []);

    /// <summary>Reads a network; skips the test where the files are absent.</summary>
    public static ReferenceNetwork Load(string name)
    {
        string file = TestData.Require($"models/torch/{name}");
        using var facts = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")));
        byte[] numbers = File.ReadAllBytes(Path.ChangeExtension(file, ".bin"));
        return new ReferenceNetwork(OnnxModel.Load(file), facts.RootElement.Clone(), MemoryMarshal.Cast<byte, float>(numbers).ToArray());
    }

    private float[] Numbers(JsonElement place) =>
        _numbers.AsSpan(place.GetProperty("offset").GetInt32(), place.GetProperty("count").GetInt32()).ToArray();

    private static TheoryData<string> Files(string folder)
    {
        string path = Path.Combine(TestData.Root, folder);
        return Directory.Exists(path)
            ? [.. Directory.GetFiles(path, "*.onnx").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
            : ["absent.onnx"];
    }
}
