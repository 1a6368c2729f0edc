using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Time to check 10,000 images and to list 100,000 paths, in a temporary folder.</summary>
internal static class FieldScale
{
    private const int Classes = 10;
    private const int Checked = 10_000;
    private const int Listed = 100_000;
    private const int Photos = 24, Width = 500, Height = 375;

    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("field-scale-").FullName;
        try
        {
            // Photos of usual size and content, each made different by bytes behind its end mark.
            byte[][] images = [.. Enumerable.Range(0, Photos).Select(Photo)];
            byte[] smallest = NoiseImages.Create()[0];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                    $"photos of {Width} × {Height}, {images.Average(image => image.Length) / 1000:F0} kB on average"));
            Write(Path.Combine(folder, "check"), Checked, i => [.. images[i % images.Length], .. BitConverter.GetBytes(i)]);
            await TimeAsync("check", Checked, async () =>
            {
                var report = await DatasetDoctor.CheckAsync(Path.Combine(folder, "check")).ConfigureAwait(false);
                return report.Images;
            }).ConfigureAwait(false);

            Write(Path.Combine(folder, "list"), Listed, i => [.. smallest.AsSpan(0, 600), .. BitConverter.GetBytes(i)]);
            await TimeAsync("list (ImageFiles.Find)", Listed, () => Task.FromResult(ImageFiles.Find(Path.Combine(folder, "list")).Count))
                .ConfigureAwait(false);
            await TimeAsync("list (ImageFiles.Enumerate)", Listed, () =>
                Task.FromResult(ImageFiles.Enumerate(Path.Combine(folder, "list")).Count())).ConfigureAwait(false);
            await TimeAsync("read as a data set, without copies", Listed, () => Task.FromResult(ImageDataset.FromFolder(
                Path.Combine(folder, "list"), new ImageFolderOptions { FindDuplicates = false }).All.Count)).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Many shapes with the noise of a sensor: a JPEG of about the size of a real one.</summary>
    private static byte[] Photo(int seed)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColor.FromHsl(random.Next(360), 30, 60));
            for (int i = 0; i < 60; i++)
            {
                using var paint = new SKPaint { IsAntialias = true, Color = SKColor.FromHsl(random.Next(360), 50, random.Next(20, 80)) };
                canvas.DrawCircle(random.Next(Width), random.Next(Height), random.Next(4, 80), paint);
            }
        }

        byte[] pixels = bitmap.Bytes;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(pixels[i] + random.Next(-6, 7), 0, 255);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 88);
        return data.ToArray();
    }

    private static void Write(string folder, int count, Func<int, byte[]> content)
    {
        for (int label = 0; label < Classes; label++)
            Directory.CreateDirectory(Path.Combine(folder, $"class{label}"));
        Parallel.For(0, count, i => File.WriteAllBytes(
            Path.Combine(folder, $"class{i % Classes}", i.ToString("D6", CultureInfo.InvariantCulture) + ".jpg"), content(i)));
    }

    private static async Task TimeAsync(string name, int expected, Func<Task<int>> work)
    {
        long start = Stopwatch.GetTimestamp();
        int count = await work().ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: {count:N0} of {expected:N0} in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"));
    }
}
