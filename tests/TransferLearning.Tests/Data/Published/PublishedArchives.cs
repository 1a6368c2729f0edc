using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data.Published;

/// <summary>Small archives in the layouts of published ones, and datasets that describe them.</summary>
internal static class PublishedArchives
{
    private static readonly byte[] Image = DrawnImages.Encode(0, 1);

    /// <summary>Image files get an image, any other file its own name, unless the content is given.</summary>
    public static (string Path, byte[] Content)[] Files(params string[] paths) =>
        [.. paths.Select(path => (path, path.EndsWith("g", StringComparison.OrdinalIgnoreCase) ? Image : Encoding.UTF8.GetBytes(path)))];

    public static byte[] Zip(params (string Path, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Tar(params (string Path, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
        }

        return stream.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return stream.ToArray();
    }

    /// <summary>An IDX file of bytes with the given dimensions.</summary>
    public static byte[] Idx(int[] dimensions, byte[] data) =>
        [0, 0, 8, (byte)dimensions.Length, .. dimensions.SelectMany(d => new byte[] { 0, 0, (byte)(d >> 8), (byte)d }), .. data];

    /// <summary>The archive in the kind that a file name says.</summary>
    public static byte[] Pack(string fileName, (string Path, byte[] Content)[] files) => fileName switch
    {
        _ when fileName.EndsWith(".zip", StringComparison.Ordinal) => Zip(files),
        _ when fileName.EndsWith(".tar", StringComparison.Ordinal) => Tar(files),
        _ => Gzip(Tar(files)),
    };

    /// <summary>A dataset whose archives lie on a server; each archive has its own path there.</summary>
    public static NamedDataset On(WeightServer server, DatasetLayout layout, params (string Name, byte[] Content, string? Part)[] archives)
    {
        foreach (var (name, content, _) in archives)
            server.Answer("/" + name, (context, _) => Answers.Properly(context, content));
        return new NamedDataset(layout)
        {
            Name = "small",
            ClassCount = 2,
            License = "for tests",
            Files =
            [
                .. archives.Select(archive => new WeightFile
                {
                    FileName = archive.Name,
                    Bytes = archive.Content.Length,
                    Sha256 = ContentHash.Of(archive.Content),
                    Addresses = [new Uri(server.Address, archive.Name)],
                }),
            ],
            Parts = [.. archives.Select(archive => archive.Part)],
        };
    }

    /// <summary>The files below a folder by relative path, without those that start with a dot.</summary>
    public static string[] Listing(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith('.')).Order(StringComparer.Ordinal),
    ];
}
