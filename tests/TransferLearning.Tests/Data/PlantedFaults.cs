using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>A drawn dataset with train and valid, and what is planted in it.</summary>
internal sealed class PlantedFaults : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlantedFaults()
    {
        DrawnImages.Draw(_folder.File("train"), perClass: 12, seed: 1);
        DrawnImages.Draw(_folder.File("valid"), perClass: 4, seed: 2);
        for (int i = 0; i < 5; i++)
        {
            File.Copy(Full($"train/circle/{i:000}.jpg"), Full($"valid/circle/copy{i}.jpg"));
            File.WriteAllBytes(Full($"valid/square/anew{i}.jpg"), SavedAnew(File.ReadAllBytes(Full($"train/square/{i:000}.jpg")), i));
        }

        File.WriteAllBytes(Full("train/circle/cut.jpg"), DrawnImages.Encode(0, 7777)[..^700]);
        File.WriteAllText(Full("train/square/text.jpg"), "this is no image");
        Directory.CreateDirectory(Full("train/nothing"));
    }

    public string Path => _folder.Path;

    public string Full(string relative) => _folder.File(relative);

    public void Dispose() => _folder.Dispose();

    private static byte[] SavedAnew(byte[] image, int how)
    {
        using var decoded = SKBitmap.Decode(image);
        using var resized = decoded.Resize(new SKImageInfo(96 + 8 * how, 96 + 8 * how), SKFilterQuality.Medium);
        using var data = resized.Encode(how == 0 ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 50 + 10 * how);
        return data.ToArray();
    }
}
