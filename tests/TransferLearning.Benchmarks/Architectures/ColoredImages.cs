using SkiaSharp;

namespace TransferLearning.Benchmarks.Architectures;

/// <summary>A folder of small noisy images of three classes that differ in colour: enough to see that training works at all.</summary>
internal static class ColoredImages
{
    private const int PerClass = 8, Side = 64;

    private static readonly (string Label, int Red, int Green, int Blue)[] Classes =
        [("blue", 40, 60, 190), ("green", 50, 170, 60), ("red", 200, 50, 40)];

    public static ImageDataset Write(string folder)
    {
        var random = new Random(1);
        foreach (var (label, red, green, blue) in Classes)
        {
            string path = Directory.CreateDirectory(Path.Combine(folder, label)).FullName;
            for (int i = 0; i < PerClass; i++)
            {
                using var bitmap = new SKBitmap(Side, Side);
                for (int place = 0; place < Side * Side; place++)
                    bitmap.SetPixel(place % Side, place / Side, new SKColor(Noisy(red), Noisy(green), Noisy(blue)));
                using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                File.WriteAllBytes(Path.Combine(path, $"{i}.png"), data.ToArray());
            }
        }

        return ImageDataset.FromFolder(folder, new ImageFolderOptions { ValidationFraction = 0.25, Seed = 1 });

        byte Noisy(int value) => (byte)Math.Clamp(value + random.Next(-40, 41), 0, 255);
    }
}
