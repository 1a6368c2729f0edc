using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// An ONNX model as a value: read it, look at it, cut it, give it a new head, write it. Every surgical method returns a new model and
/// leaves this one as it was; the weights are shared, not copied.
/// </summary>
/// <remarks>Safe for reading from many threads.</remarks>
public sealed partial class OnnxModel
{
    internal OnnxModel(ModelProto proto) => Proto = proto;

    /// <summary>The protobuf message; never changed after this model has been handed out.</summary>
    internal ModelProto Proto { get; }

    /// <summary>Reads a model from a file.</summary>
    /// <exception cref="OnnxGraphException">The file is not a valid ONNX model; the message says what and where.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a model from bytes.</summary>
    /// <param name="bytes">The content of an <c>.onnx</c> file.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <exception cref="OnnxGraphException">The bytes are not a valid ONNX model; the message says what and where.</exception>
    public static OnnxModel Parse(ReadOnlySpan<byte> bytes, string name = "model")
    {
        try
        {
            return new OnnxModel(ModelProto.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new OnnxGraphException($"'{name}' is not an ONNX model: {error.Message}", error);
        }
    }

    /// <summary>Writes the model to bytes, the content of an <c>.onnx</c> file.</summary>
    public byte[] ToBytes() => Proto.ToByteArray();
}
