using System.Diagnostics.CodeAnalysis;

namespace TransferLearning;

/// <summary>
/// The catalog of pretrained networks. Each entry has its preprocessing, licence, published accuracy and, if it must be downloaded, its
/// size, SHA-256 and addresses.
/// </summary>
/// <remarks>
/// <para>
/// Nothing is downloaded until <see cref="Backbone.LoadAsync"/> is called. <see cref="TinyResNet"/> is part of the package and needs no
/// download. All weights allow commercial use. Safe for use from many threads.
/// </para>
/// <para>The files of the ONNX Model Zoo have no class names; their entries have <see cref="ClassLabels.ImageNet1k"/>.</para>
/// </remarks>
public static partial class Backbones
{
    /// <summary>Names that differ from the given one in at most this fraction of its letters are suggested.</summary>
    private const double LikelyTypingError = 0.4;

    private static readonly Lazy<Backbone> Embedded = new(EmbeddedWeights.Describe);

    private static readonly Lazy<IReadOnlyList<Backbone>> Entries = new(ListAll);

    /// <summary>
    /// The embedded default: a small residual network of 1.4 million parameters for images of 96 × 96 pixels, trained from scratch on
    /// Tiny-ImageNet-200. It needs no download and is fast; its features are weaker than those of larger networks.
    /// </summary>
    public static Backbone TinyResNet => Embedded.Value;

    /// <summary>All networks of the catalog, the embedded default first.</summary>
    public static IReadOnlyList<Backbone> All => Entries.Value;

    /// <summary>
    /// The networks that need no download on this machine: embedded, from the package registry where their files are present, and those in
    /// the cache with the right size. The content is verified when they are loaded.
    /// </summary>
    /// <param name="options">The options of the cache; null for the defaults.</param>
    public static IReadOnlyList<Backbone> AtHand(WeightCacheOptions? options = null) =>
        [.. All.Where(backbone => backbone.Weights is { } weights ? IsCached(weights, options) : IsBrought(backbone))];

    /// <summary>The network with the given name.</summary>
    /// <param name="name">The name in the catalog, ignoring case, for instance <c>mobilenetv2</c>.</param>
    /// <exception cref="ArgumentException">There is no such network; the message suggests the nearest name and lists all.</exception>
    public static Backbone Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (TryFind(name, out var backbone))
            return backbone;
        string hint = Nearest(name) is { } nearest ? $"Did you mean '{nearest}'? " : "";
        string file = name.Contains(".onnx", StringComparison.OrdinalIgnoreCase)
            ? $" Read an ONNX file with {nameof(Backbone)}.{nameof(Backbone.FromFile)}."
            : "";
        throw new ArgumentException(
            $"There is no backbone '{name}'. {hint}The catalog has " +
                $"{string.Join(", ", All.Select(entry => entry.Name))}.{file}", nameof(name));
    }

    /// <summary>The network with the given name, if there is one.</summary>
    /// <param name="name">The name in the catalog, ignoring case.</param>
    /// <param name="backbone">The network, or null.</param>
    /// <returns>True when there is one.</returns>
    public static bool TryFind(string? name, [NotNullWhen(true)] out Backbone? backbone)
    {
        backbone = All.FirstOrDefault(entry => string.Equals(entry.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase));
        return backbone is not null;
    }

    private static bool IsCached(WeightFile weights, WeightCacheOptions? options) =>
        new FileInfo(new WeightCache(options).PathOf(weights)) is { Exists: true } file && file.Length == weights.Bytes;

    private static bool IsBrought(Backbone backbone) => backbone != ResNet18Packaged || PackagedResNet18.IsPresent;

    private static Backbone[] ListAll() =>
    [
        TinyResNet, ResNet18Packaged, MobileNetV2, MobileNetV2Opset10, ResNet18, ResNet18V2, ResNet50, ResNet50V2, EfficientNetLite4,
        DenseNet121, SqueezeNet11, ShuffleNetV2, GoogLeNet, InceptionV1, InceptionV2, Vgg16, Vgg16Opset7, Vgg19, AlexNet,
        .. Rows.Value.Values,
    ];

    private static string? Nearest(string name)
    {
        string wanted = EditDistance.Letters(name);
        var best = All
            .Select(entry => (
                entry.Name,
                Distance: EditDistance.Between(wanted, EditDistance.Letters(entry.Name)) / (double)Math.Max(wanted.Length, 1)))
            .MinBy(candidate => candidate.Distance);
        return best.Distance <= LikelyTypingError ? best.Name : null;
    }
}
