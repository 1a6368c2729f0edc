namespace TransferLearning.Studio;

/// <summary>Says what a content is by its first bytes; names and declared types decide nothing.</summary>
public static class ContentSniffer
{
    /// <summary>The file extension of an image that can be decoded, with the dot; null for anything else.</summary>
    public static string? ExtensionOf(ReadOnlySpan<byte> content) => ImageFormats.Sniff(Start(content)) switch
    {
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.Png => ".png",
        ImageFormat.Gif => ".gif",
        ImageFormat.Bmp => ".bmp",
        ImageFormat.WebP => ".webp",
        ImageFormat.Ico => ".ico",
        // The formats of the registered decoders.
        ImageFormat.Registered => ImageFormats.Describe(Start(content)) == ImageFormats.Tiff ? ".tiff" : ".avif",
        _ => null,
    };

    /// <summary>What a content is, as a noun phrase.</summary>
    public static string Describe(ReadOnlySpan<byte> content) => content.Length == 0 ? "empty" : ImageFormats.Describe(Start(content));

    private static ReadOnlySpan<byte> Start(ReadOnlySpan<byte> content) => content[..Math.Min(content.Length, ImageFormats.SniffLength)];
}
