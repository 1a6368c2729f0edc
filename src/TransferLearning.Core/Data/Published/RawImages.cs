using System.Globalization;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Turns files with many raw images into image files.</summary>
internal sealed class RawImages(DatasetLayout layout, ImagePlaces places, UnpackedFiles files, CancellationToken cancellationToken)
{
    private const string Numbers = "D6";
    private const int CifarSide = 32;
    private const int CifarBytes = 3 * CifarSide * CifarSide;

    private readonly Dictionary<string, IdxFile> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IdxFile> _labels = new(StringComparer.Ordinal);

    /// <summary>Keeps one of a pair of IDX files, and writes the images once both are there.</summary>
    public void AddIdx(ArchiveMember member, Match match, string? partOfFile)
    {
        string part = ImagePlaces.PartOf(match, partOfFile) ?? "";
        bool isImages = match.Groups["kind"].Value == "images";
        using var content = Unzipped(member.Content);
        (isImages ? _images : _labels).Add(part, IdxFile.Read(content, member.Path, isImages ? 3 : 1, int.MaxValue));
        if (!_images.TryGetValue(part, out var images) || !_labels.TryGetValue(part, out var labels))
            return;
        _images.Remove(part);
        _labels.Remove(part);
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw new DatasetException($"'{images.Path}' and '{labels.Path}' have another number of images than of labels.");
        int height = images.Dimensions[1], width = images.Dimensions[2], area = height * width;
        for (int i = 0; i < labels.Data.Length; i++)
        {
            using var png = layout.Transposed
                ? RawImageFile.Grey(images.Data.AsSpan(i * area, area), height, width, transposed: true)
                : RawImageFile.Grey(images.Data.AsSpan(i * area, area), width, height, transposed: false);
            Add(part, labels.Data[i], i, png);
        }
    }

    /// <summary>Writes the images of a file of records.</summary>
    public void AddCifar(ArchiveMember member, Match match)
    {
        string part = ImagePlaces.PartOf(match, null)!;
        string name = Path.GetFileNameWithoutExtension(member.Path);
        int labelBytes = layout.Images == DatasetImages.Cifar100 ? 2 : 1;
        byte[] record = new byte[labelBytes + CifarBytes];
        for (int i = 0; ; i++)
        {
            int read = member.Content.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
            cancellationToken.ThrowIfCancellationRequested();
            if (read == 0)
                return;
            if (read < record.Length)
                throw new InvalidDataException($"'{member.Path}' ends within an image");
            using var png = RawImageFile.Colour(record.AsSpan(labelBytes), CifarSide, CifarSide);
            files.Add(
                part,
                NameOf(record[labelBytes - 1]),
                $"{name}-{i.ToString(Numbers, CultureInfo.InvariantCulture)}.png",
                png,
                cancellationToken);
        }
    }

    /// <summary>Throws if images have no labels, or labels no images.</summary>
    public void RequireComplete()
    {
        if (_images.Values.Concat(_labels.Values).FirstOrDefault() is { } single)
            throw new DatasetException($"The archives have '{single.Path}' and not the file that belongs to it.");
    }

    private void Add(string part, int label, int index, Stream png) => files.Add(
        part.Length == 0 ? null : part,
        NameOf(label),
        index.ToString(Numbers, CultureInfo.InvariantCulture) + ".png",
        png,
        cancellationToken);

    private string NameOf(int label) => places.NameOf(label.ToString(CultureInfo.InvariantCulture));

    private static Stream Unzipped(Stream content)
    {
        var peeked = PeekedStream.Of(content, 2);
        return peeked.Start.SequenceEqual((ReadOnlySpan<byte>)[0x1F, 0x8B])
            ? new System.IO.Compression.GZipStream(peeked, System.IO.Compression.CompressionMode.Decompress)
            : peeked;
    }
}
