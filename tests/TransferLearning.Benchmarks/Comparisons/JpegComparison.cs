using SkiaSharp;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>The reader of usual JPEG files against Skia (libjpeg-turbo), decoding whole images at each scale on one thread.</summary>
internal sealed class JpegComparison : IComparison
{
    public string Name => "jpeg";

    public string Meaning =>
        "One JPEG from bytes to pixels on one thread, the whole image, at each scale: the library's own reader, which leaves unusual " +
        "files to Skia " +
        "(docs/adr/0008), against Skia with libjpeg-turbo.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var rows = new List<Row>();
        foreach (
            var (what, paths) in new[] { ("12 megapixels", MobileNet.LargeImages(3)), ("500 × 400", MobileNet.Images(effort.Of(100, 20))) })
        {
            byte[][] images = [.. paths.Select(File.ReadAllBytes)];
            foreach (int eighths in new[] { 1, 2, 4, 8 })
            {
                var times = await Turns.MeasureAsync(effort.Rounds, () => Array.ForEach(images, image => Read(image, eighths)), () =>
                    Array.ForEach(images, image => ReadWithSkia(image, eighths)));
                rows.Add(new Row(FormattableString.Invariant($"decode a JPEG of {what} at {eighths}/8"), "Skia", Unit.Milliseconds)
                {
                    Ours = [.. times[0].Milliseconds.Select(time => time / images.Length)],
                    Theirs = [.. times[1].Milliseconds.Select(time => time / images.Length)],
                    Note = times[0].ProcessorTimeOf(times[1]),
                });
            }
        }

        return rows;
    }

    private static void Read(byte[] image, int eighths)
    {
        var frame = JpegFrame.Read(image)!;
        int width = JpegReader.ScaledSide(frame.Width, eighths), height = JpegReader.ScaledSide(frame.Height, eighths);
        byte[] pixels = PixelBuffers.Rent(4 * width * height);
        if (!JpegReader.TryDecode(image, frame, eighths, new PixelWindow(0, 0, width, height), pixels))
            throw new InvalidOperationException("An image is not of the usual kind.");
        PixelBuffers.Return(pixels);
    }

    private static void ReadWithSkia(byte[] image, int eighths)
    {
        using var codec = SKCodec.Create(new SKMemoryStream(image));
        var size = codec.GetScaledDimensions(eighths / 8f);
        byte[] pixels = PixelBuffers.Rent(4 * size.Width * size.Height);
        unsafe
        {
            fixed (byte* start = pixels)
                codec.GetPixels(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)start);
        }

        PixelBuffers.Return(pixels);
    }
}
