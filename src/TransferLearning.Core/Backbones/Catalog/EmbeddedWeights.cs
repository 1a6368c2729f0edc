using System.IO.Compression;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// The weights embedded in the assembly, Brotli-compressed. Splitting the floats into byte planes first would save another 9% (260 KB),
/// which is not worth a separate format.
/// </summary>
internal static class EmbeddedWeights
{
    /// <summary>The size of the model file in bytes.</summary>
    public const int Bytes = 5_801_420;

    /// <summary>The SHA-256 of the model file.</summary>
    public const string Sha256 = "35e79e605bb29f73a6874dbd333a64f4aef6d68eb51fb8def2bb5611d46e5753";

    private const string Resource = "tinyres-96.onnx.br";

    private static readonly Lazy<OnnxModel> Model = new(() => OnnxModel.Parse(ReadBytes(), "the embedded TinyResNet"));

    /// <summary>The backbone, read from the metadata of the embedded file.</summary>
    public static Backbone Describe() =>
        BackboneFile.Describe(Model.Value, "the embedded TinyResNet", (metadata, _) => metadata.Preprocessing) with
        {
            Name = "TinyResNet",
            MultiplyAdds = 105_902_080,
            PublishedTop1Source = "measured on the validation images of Tiny-ImageNet-200, 64 × 64",
            Local = () => Model.Value,
        };

    /// <summary>Decompresses and verifies the model file.</summary>
    /// <exception cref="InvalidDataException">The assembly was altered.</exception>
    public static byte[] ReadBytes()
    {
        using var resource = EmbeddedResource.Open(Resource);
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        byte[] bytes = new byte[Bytes];
        brotli.ReadExactly(bytes);
        if (brotli.ReadByte() >= 0 || ContentHash.Of(bytes) != Sha256)
            throw new InvalidDataException($"The resource '{Resource}' of the assembly is damaged; install the package again.");
        return bytes;
    }
}
