using System.Security.Cryptography;
using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>
    /// Reads a model from a file and validates it. Weights that the model keeps in other files are read too, if they lie in the model's
    /// own folder or below it; the result holds everything itself.
    /// </summary>
    /// <param name="path">An <c>.onnx</c> file under 2 GB.</param>
    /// <exception cref="OnnxGraphException">
    /// The file is not a valid ONNX model, or needs a later version of ONNX; the message says what and where.
    /// </exception>
    /// <exception cref="IOException">The file is absent or cannot be read.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelReader.Read(path);
    }

    /// <summary>Reads a model from bytes and validates it.</summary>
    /// <param name="bytes">The content of an <c>.onnx</c> file.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <exception cref="OnnxGraphException">
    /// The bytes are not a valid ONNX model, or need a later version of ONNX; the message says what and where.
    /// </exception>
    public static OnnxModel Parse(ReadOnlySpan<byte> bytes, string name = "model") => ModelReader.Read(bytes, name);

    /// <summary>Writes the model to bytes, the content of an <c>.onnx</c> file.</summary>
    /// <exception cref="OnnxGraphException">The model is over the format's limit of 2 GB.</exception>
    public byte[] ToBytes()
    {
        RequireSize(Proto);
        return Proto.ToByteArray();
    }

    /// <summary>Writes the model to a stream, the content of an <c>.onnx</c> file; the stream stays open.</summary>
    /// <param name="stream">Receives the content.</param>
    /// <exception cref="OnnxGraphException">The model is over the format's limit of 2 GB.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RequireSize(Proto);
        Proto.WriteTo(stream);
    }

    /// <summary>The SHA-256 of <see cref="ToBytes"/>, in lower-case hexadecimal.</summary>
    internal string Sha256()
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            Save(stream);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>
    /// Writes the model to a file. The file is replaced as a whole: whatever goes wrong, the old file or the new one is there, never a mix.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="OnnxGraphException">The model is over the format's limit of 2 GB.</exception>
    /// <exception cref="IOException">The storage refuses; a file that was there before is as it was.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Save);
    }

    private static void RequireSize(ModelProto proto)
    {
        // The message's own size is a 32-bit number that would overflow, so the bulk of it is summed up apart.
        long bytes = StoredTensors.Of(proto.Graph).Sum(entry => (long)entry.Tensor.RawData.Length);
        if (bytes > ModelLimits.MaxBytes - (64 << 20))
            throw new OnnxGraphException($"The model's weights take {bytes} bytes; an ONNX file must stay under {ModelLimits.MaxBytes}.");
    }
}
