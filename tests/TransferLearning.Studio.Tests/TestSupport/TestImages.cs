using SkiaSharp;

namespace TransferLearning.Studio.Tests.TestSupport;

/// <summary>Images for the tests: drawn ones, and those of dogs and cats where they are.</summary>
internal static class TestImages
{
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The folder of dogs and cats; the test is skipped without it.</summary>
    public static string DogsVsCats
    {
        get
        {
            string? root = Environment.GetEnvironmentVariable("TRANSFERLEARNING_TEST_DATA");
            string folder = Path.Combine(root ?? "", "datasets", "dogs_vs_cats");
            Assert.SkipUnless(
                root is not null && Directory.Exists(folder), "needs datasets/dogs_vs_cats below TRANSFERLEARNING_TEST_DATA");
            return folder;
        }
    }

    /// <summary>A PNG of one colour with a line whose place the number decides.</summary>
    public static byte[] Draw(int number, SKColor? colour = null, int side = 48)
    {
        using var bitmap = new SKBitmap(side, side);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = SKColors.White, StrokeWidth = 3 })
        {
            canvas.Clear(colour ?? SKColor.FromHsl(number * 37 % 360, 60, 40));
            canvas.DrawLine(number % side, 0, side - (number / side % side), side, paint);
            canvas.DrawPoint(number * 7 % side, number / 3 % side, paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Writes <c>CLASS/N.png</c> for each class.</summary>
    public static void WriteClasses(string folder, int perClass, params string[] classes)
    {
        int number = 0;
        foreach (string name in classes)
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (int i = 0; i < perClass; i++)
                File.WriteAllBytes(Path.Combine(folder, name, FormattableString.Invariant($"{i}.png")), Draw(number++));
        }
    }

    public static void CopyFolder(string source, string target)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TransferLearning.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"TransferLearning.sln was not found above '{AppContext.BaseDirectory}'.");
    }
}
