using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Time to check 10,000 images and to list 100,000 paths, in a temporary folder.</summary>
internal static class FieldScale
{
    private const int Classes = 10;
    private const int Checked = 10_000;
    private const int Listed = 100_000;

    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("field-scale-").FullName;
        try
        {
            // The 24 noise images under 10,000 names, each made different by a comment behind its end mark.
            byte[][] images = NoiseImages.Create();
            Write(Path.Combine(folder, "check"), Checked, i => [.. images[i % images.Length], .. BitConverter.GetBytes(i)]);
            await TimeAsync("check", Checked, async () =>
            {
                var report = await DatasetDoctor.CheckAsync(Path.Combine(folder, "check")).ConfigureAwait(false);
                return report.Images;
            }).ConfigureAwait(false);

            byte[] smallest = images[0];
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
