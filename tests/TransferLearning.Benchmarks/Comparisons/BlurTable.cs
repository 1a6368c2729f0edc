using System.Globalization;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Which images of a folder the check takes for blurred, and how many of those that are blurred on purpose and put among them it finds.
/// </summary>
internal static class BlurTable
{
    private const int Planted = 24;

    /// <summary>Larger images are made smaller before they are blurred, which takes long.</summary>
    private const int LongestSide = 500;

    private static readonly (string Name, Func<SKBitmap, int, SKBitmap> Apply, SKEncodedImageFormat Format, int Quality)[] Kinds =
    [
        ("Gaussian, 2%", (image, _) => Blur.Gaussian(image, 0.02), SKEncodedImageFormat.Jpeg, 88),
        ("Gaussian, 4%", (image, _) => Blur.Gaussian(image, 0.04), SKEncodedImageFormat.Png, 100),
        ("Gaussian, 8%", (image, _) => Blur.Gaussian(image, 0.08), SKEncodedImageFormat.Webp, 80),
        ("Gaussian, 4%, JPEG 30", (image, _) => Blur.Gaussian(image, 0.04), SKEncodedImageFormat.Jpeg, 30),
        ("out of focus, 3%", (image, _) => Blur.Disc(image, 0.03), SKEncodedImageFormat.Jpeg, 88),
        ("box, 3%", (image, _) => Blur.Box(image, 0.03), SKEncodedImageFormat.Png, 100),
        ("motion, 5%", (image, i) => Blur.Motion(image, 0.05, 37 * i), SKEncodedImageFormat.Jpeg, 88),
        ("motion, 10%", (image, i) => Blur.Motion(image, 0.1, 37 * i), SKEncodedImageFormat.Jpeg, 88),
        ("24 pixels, enlarged", (image, _) => Blur.Enlarged(image, 24), SKEncodedImageFormat.Jpeg, 92),
        ("40 pixels, enlarged", (image, _) => Blur.Enlarged(image, 40), SKEncodedImageFormat.Png, 100),
    ];

    /// <summary>Measures folders in the layouts of <see cref="ImageDataset.FromFolder"/>.</summary>
    public static async Task RunAsync(IReadOnlyList<string> folders)
    {
        foreach (string folder in folders)
        {
            string[] paths = [.. ImageFiles.Find(folder)];
            var named = await FindAsync(paths).ConfigureAwait(false);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Path.GetFileName(folder)}: {named.Count} of {paths.Length} images taken for blurred"));
            foreach (string path in named)
                Console.WriteLine($"  {path}");
            foreach (var kind in Kinds)
                await PlantAsync(paths, kind).ConfigureAwait(false);
        }
    }

    private static async Task PlantAsync(
        string[] paths, (string Name, Func<SKBitmap, int, SKBitmap> Apply, SKEncodedImageFormat Format, int Quality) kind)
    {
        string temporary = Directory.CreateTempSubdirectory("blur-").FullName;
        try
        {
            string[] planted = new string[Planted];
            for (int i = 0; i < Planted; i++)
            {
                using var image = Read(paths[i * paths.Length / Planted]);
                using var blurred = kind.Apply(image, i);
                using var data = blurred.Encode(kind.Format, kind.Quality);
                planted[i] = Path.Combine(temporary, i.ToString("D2", CultureInfo.InvariantCulture) + "." + kind.Format);
                await File.WriteAllBytesAsync(planted[i], data.ToArray()).ConfigureAwait(false);
            }

            var named = await FindAsync([.. paths, .. planted]).ConfigureAwait(false);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {kind.Name,-22} {named.Intersect(planted).Count()} of {Planted} found"));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static SKBitmap Read(string path)
    {
        var image = SKBitmap.Decode(path);
        double scale = (double)LongestSide / Math.Max(image.Width, image.Height);
        if (scale >= 1)
            return image;
        using (image)
        {
            return image.Resize(
                new SKImageInfo((int)Math.Round(scale * image.Width), (int)Math.Round(scale * image.Height)), SKFilterQuality.Medium);
        }
    }

    private static async Task<IReadOnlyList<string>> FindAsync(IReadOnlyList<string> paths)
    {
        // The classes do not matter.
        var dataset = ImageDataset.FromFiles(
            paths.Select((path, i) => (path, i % 2 == 0 ? "even" : "odd")),
            new ImageFolderOptions { ValidationFraction = 0, FindDuplicates = false });
        var report = await DatasetDoctor.CheckAsync(dataset, new DatasetCheckOptions { FindReencoded = false }).ConfigureAwait(false);
        return report.Findings.SingleOrDefault(finding => finding.Kind == DatasetFindingKind.Blurred)?.Files ?? [];
    }
}
