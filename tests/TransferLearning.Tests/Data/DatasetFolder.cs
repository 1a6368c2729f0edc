using System.Text;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>Builds dataset folders of files that start like a JPEG; listing reads no more of an image than that.</summary>
internal sealed class DatasetFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>The bytes of a file that looks like a JPEG and differs from those with other text.</summary>
    public static byte[] Image(string text) => [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.UTF8.GetBytes(text)];

    public string Full(string relative) => System.IO.Path.Combine(Path, relative);

    public DatasetFolder Add(string relative, byte[]? content = null)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Full(relative))!);
        File.WriteAllBytes(Full(relative), content ?? Image(relative));
        return this;
    }

    public DatasetFolder AddMany(string folder, int count)
    {
        for (int i = 0; i < count; i++)
            Add($"{folder}/{i:D4}.jpg");
        return this;
    }

    public ImageDataset Read(ImageFolderOptions? options = null) => ImageDataset.FromFolder(Path, options);

    public void Dispose() => _folder.Dispose();
}
