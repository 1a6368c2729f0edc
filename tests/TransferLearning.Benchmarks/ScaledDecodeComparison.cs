using System.Diagnostics;
using System.Numerics.Tensors;
using SkiaSharp;
using TransferLearning.Featurization;
using TransferLearning.Imaging;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks;

/// <summary>
/// What decoding at a smaller scale costs in quality and saves in time, for several values of <see cref="ImageDecodeOptions.Oversampling"/>:
/// the large photos (without EXIF, so that all are as stored) and random crops of them, MobileNetV2's input and features against those of a full decode. As a yardstick, the
/// same for a full decode of the picture saved once more as JPEG of quality 95 and 90.
/// </summary>
internal static class ScaledDecodeComparison
{
    private const int CropsOfEachPhoto = 12;

    public static async Task RunAsync()
    {
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        var network = (await backbone.LoadAsync().ConfigureAwait(false)).WithoutTop();
        byte[][] photos = [.. ImageFiles.Find(BenchmarkData.Require("datasets/photos_12mp")).Select(File.ReadAllBytes)];
        byte[][] pictures = [.. photos.Select(photo => Encode(SKBitmap.Decode(photo), 92)), .. Crops(photos)];
        var full = await MeasureAsync(network, backbone.Preprocessing, pictures, photos, double.PositiveInfinity).ConfigureAwait(false);
        Console.WriteLine($"{"decode",-24}{"photo ms",10}{"mean level",12}{"99% level",11}{"max level",11}{"feature cosine",16}");
        Print("full", full, full);
        foreach (double oversampling in new[] { 4, 3, 2, Math.Sqrt(2), 1 })
        {
            var scaled = await MeasureAsync(network, backbone.Preprocessing, pictures, photos, oversampling).ConfigureAwait(false);
            Print(FormattableString.Invariant($"oversampling {oversampling:F2}"), scaled, full);
        }

        foreach (int quality in new[] { 95, 90 })
        {
            byte[][] saved = [.. pictures.Select(picture => Encode(SKBitmap.Decode(picture), quality))];
            var again = await MeasureAsync(network, backbone.Preprocessing, saved, photos, double.PositiveInfinity).ConfigureAwait(false);
            Print($"saved again, quality {quality}", again, full);
        }
    }

    /// <summary>Squares of 1,448 to 2,047 pixels: at a quarter they are √2 to 2 times the 256 pixels that the network's resize wants.</summary>
    private static IEnumerable<byte[]> Crops(byte[][] photos)
    {
        var random = new Random(1);
        foreach (byte[] photo in photos)
        {
            using var bitmap = SKBitmap.Decode(photo);
            for (int i = 0; i < CropsOfEachPhoto; i++)
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

    private static async Task<Measurement> MeasureAsync(
        OnnxModel network, ImagePreprocessing preprocessing, byte[][] pictures, byte[][] photos, double oversampling)
    {
        // Levels of 0 to 255, since that is what the decoder changes.
        var levels = preprocessing with { Mean = new PerChannel(0, 0, 0), StandardDeviation = new PerChannel(1, 1, 1) };
        var decoding = new ImageDecodeOptions { Oversampling = oversampling };
        var preprocessor = new ImagePreprocessor(levels, decoding);
        float[][] tensors = [.. pictures.Select(picture => Load(preprocessor, picture))];
        var times = new List<double>();
        for (int round = 0; round < 5; round++)
        {
            var clock = Stopwatch.StartNew();
            foreach (byte[] photo in photos)
                Load(preprocessor, photo);
            times.Add(clock.Elapsed.TotalMilliseconds / photos.Length);
        }

        using var extractor = new FeatureExtractor(network, preprocessing, decoding: decoding);
        var sources = pictures.Select((picture, i) => ImageSource.FromBytes(picture, FormattableString.Invariant($"picture {i}"))).ToArray();
        var features = await extractor.ExtractAsync(sources, UndecodableImages.Throw).ConfigureAwait(false);
        return new Measurement(times.Order().ElementAt(times.Count / 2), tensors, features.Features);
    }

    private static float[] Load(ImagePreprocessor preprocessor, byte[] picture)
    {
        float[] tensor = new float[preprocessor.TensorLength];
        preprocessor.Load(picture, tensor);
        return tensor;
    }

    private static void Print(string name, Measurement measured, Measurement full)
    {
        float[] differences = [.. measured.Tensors.Zip(full.Tensors, (one, other) => one.Zip(other, (a, b) => Math.Abs(a - b))).SelectMany(d => d).Order()];
        double cosine = Enumerable.Range(0, full.Features.Rows).Average(i => TensorPrimitives.CosineSimilarity(measured.Features[i], full.Features[i]));
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-24}{measured.Milliseconds,10:F1}{differences.Average(),12:F2}{differences[^(differences.Length / 100)],11:F0}{differences[^1],11:F0}{cosine,16:F5}"));
    }

    private sealed record Measurement(double Milliseconds, float[][] Tensors, FeatureMatrix Features);
}
