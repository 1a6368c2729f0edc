using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using SkiaSharp;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// What decoding at a smaller scale costs in quality and saves in time, for several values of
/// <see cref="ImageDecodeOptions.Oversampling"/>: the large images (without EXIF, so that all are as stored) and random crops of them.
/// </summary>
internal sealed class ScaledDecodeComparison : IComparison
{
    private const int CropsOfEachImage = 12;

    public string Name => "scaled-decode";

    public string Meaning =>
        "One image of 12 megapixels from bytes to the tensor of MobileNetV2 on one thread, decoded at a smaller scale, against a full " +
        "decode. The notes say how far the " +
        "input (levels of 0 to 255) and the features are from those of a full decode, over the images and random crops of them; as a " +
        "yardstick, the same for a full " +
        "decode of images that were saved once more as JPEG (docs/adr/0007).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var mobileNet = new MobileNet();
        var (network, preprocessing) = (mobileNet.Features(), mobileNet.Preprocessing);
        byte[][] large = [.. MobileNet.LargeImages(3).Select(File.ReadAllBytes)];
        byte[][] images = [.. large.Select(image => Encode(SKBitmap.Decode(image), 92)), .. Crops(large, effort.Of(CropsOfEachImage, 1))];
        var full = await DecodeAsync(network, preprocessing, images, double.PositiveInfinity);
        var rows = new List<Row>();
        foreach (double oversampling in new[] { 4, 3, 2, Math.Sqrt(2), 1 })
        {
            var times =
                await Turns.MeasureAsync(effort.Rounds, () => LoadAll(large, oversampling), () => LoadAll(large, double.PositiveInfinity));
            rows.Add(new Row(
                FormattableString.Invariant($"decode 12 megapixels, oversampling {oversampling:F2}"), "full decode", Unit.Milliseconds)
            {
                Ours = [.. times[0].Milliseconds.Select(time => time / large.Length)],
                Theirs = [.. times[1].Milliseconds.Select(time => time / large.Length)],
                Note = Difference(await DecodeAsync(network, preprocessing, images, oversampling), full),
            });
        }

        foreach (int quality in new[] { 95, 90 })
        {
            byte[][] saved = [.. images.Select(image => Encode(SKBitmap.Decode(image), quality))];
            var again = await DecodeAsync(network, preprocessing, saved, double.PositiveInfinity);
            rows.Add(new Row(FormattableString.Invariant($"the images saved again, quality {quality}"), "full decode", Unit.Milliseconds)
            {
                Note = Difference(again, full),
            });
        }

        return rows;

        void LoadAll(byte[][] encoded, double oversampling)
        {
            var preprocessor = new ImagePreprocessor(preprocessing, new ImageDecodeOptions { Oversampling = oversampling });
            foreach (byte[] image in encoded)
                Load(preprocessor, image);
        }
    }

    /// <summary>
    /// Squares of 1,448 to 2,047 pixels: at a quarter they are √2 to 2 times the 256 pixels that the network's resize wants.
    /// </summary>
    private static IEnumerable<byte[]> Crops(byte[][] images, int count)
    {
        var random = new Random(1);
        foreach (byte[] image in images)
        {
            using var bitmap = SKBitmap.Decode(image);
            for (int i = 0; i < count; i++)
            {
                int side = random.Next(1448, 2048);
                int left = random.Next(bitmap.Width - side);
                int top = random.Next(bitmap.Height - side);
                var crop = new SKBitmap();
                bitmap.ExtractSubset(crop, SKRectI.Create(left, top, side, side));
                yield return Encode(crop, 92);
            }
        }
    }

    private static byte[] Encode(SKBitmap bitmap, int quality)
    {
        using (bitmap)
        using (var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality))
            return data.ToArray();
    }

    private static async Task<Decoded> DecodeAsync(
        OnnxModel network, ImagePreprocessing preprocessing, byte[][] images, double oversampling)
    {
        // Levels of 0 to 255, since that is what the decoder changes.
        var levels = preprocessing with { Mean = new Vector3(0, 0, 0), StandardDeviation = new Vector3(1, 1, 1) };
        var decoding = new ImageDecodeOptions { Oversampling = oversampling };
        var preprocessor = new ImagePreprocessor(levels, decoding);
        float[][] tensors = [.. images.Select(image => Load(preprocessor, image))];
        using var extractor = new FeatureExtractor(network, preprocessing, decoding: decoding);
        var sources = images.Select((image, i) => ImageSource.FromBytes(image, FormattableString.Invariant($"image {i}"))).ToArray();
        return new Decoded(tensors, (await extractor.ExtractAsync(sources, UndecodableImages.Throw)).Features);
    }

    private static float[] Load(ImagePreprocessor preprocessor, byte[] image)
    {
        float[] tensor = new float[preprocessor.TensorLength];
        preprocessor.Load(image, tensor);
        return tensor;
    }

    private static string Difference(Decoded decoded, Decoded full)
    {
        double[] levels =
            [.. decoded.Tensors.Zip(full.Tensors, (one, other) => one.Zip(other, (a, b) => (double)Math.Abs(a - b))).SelectMany(d => d)];
        double cosine = Enumerable.Range(0, full.Features.Rows)
            .Average(i => TensorPrimitives.CosineSimilarity(decoded.Features[i], full.Features[i]));
        return string.Create(CultureInfo.InvariantCulture,
            $"level off by {levels.Average():F2} on average, 99% within {Statistics.Percentile(levels, 0.99):F0}, most " +
            $"{levels.Max():F0}; cosine of features {cosine:F5}");
    }

    private sealed record Decoded(float[][] Tensors, FeatureMatrix Features);
}
