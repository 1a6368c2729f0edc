using SkiaSharp;

namespace TransferLearning;

/// <summary>A progressive JPEG without an end mark: whether all of its data are there.</summary>
internal static class ProgressiveJpeg
{
    private const byte Baseline = 0xC0, Progressive = 0xC2, StartOfScan = 0xDA, Escape = 0xFF;
    private const int Coefficients = 64;

    /// <summary>Larger images would take too much memory to compare.</summary>
    private const long MostPixels = 50_000_000;

    /// <summary>
    /// What is put behind the data. If some of them are missing, the decoder takes it for data, and different bytes give different images;
    /// behind complete data it passes over them.
    /// </summary>
    private static readonly byte[] Fillers = [0x00, 0x55, 0x9A];

    /// <summary>Enough to change an image, whatever the bits before mean.</summary>
    private const int FillerLength = 64;

    /// <summary>Whether a file is progressive and complete but for its end mark.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> open)
    {
        if (!HasAllScans(open))
            return false;
        ImageHash? first = null;
        foreach (byte filler in Fillers)
        {
            if (HashWith(open, filler) is not { } hash || first is not null && hash != first)
                return false;
            first = hash;
        }

        return true;
    }

    /// <summary>Whether the scans bring every coefficient of every component with all of its bits.</summary>
    private static bool HasAllScans(ReadOnlySpan<byte> open)
    {
        int[][]? missingBits = null;
        byte[] ids = [];
        var segments = new JpegSegments(open);
        while (segments.MoveToNext())
        {
            var content = segments.Content;
            switch (segments.Marker)
            {
                case Progressive when content.Length >= 6 && content.Length >= 6 + (3 * content[5]):
                    byte[] frame = content.ToArray();
                    ids = [.. Enumerable.Range(0, frame[5]).Select(i => frame[6 + (3 * i)])];
                    missingBits = [.. ids.Select(_ => Enumerable.Repeat(int.MaxValue, Coefficients).ToArray())];
                    break;
                case >= Baseline and <= 0xCF when segments.Marker is not (0xC4 or 0xC8 or 0xCC or Progressive):
                    return false;
                case StartOfScan when missingBits is not null && content.Length > 0 && content.Length >= 4 + (2 * content[0]):
                    int count = content[0], from = content[1 + (2 * count)], to = content[2 + (2 * count)], low =
                        content[3 + (2 * count)] & 15;
                    for (int i = 0; i < count; i++)
                    {
                        int component = Array.IndexOf(ids, content[1 + (2 * i)]);
                        for (int k = from; component >= 0 && k <= Math.Min(to, Coefficients - 1); k++)
                            missingBits[component][k] = low;
                    }

                    break;
            }
        }

        return missingBits is not null && missingBits.All(component => component.All(bits => bits == 0));
    }

    /// <summary>The hash of the pixels; null if the image cannot be decoded.</summary>
    private static ImageHash? HashWith(ReadOnlySpan<byte> open, byte filler)
    {
        byte[] file = new byte[open.Length + FillerLength + JpegEnd.Length];
        open.CopyTo(file);
        file.AsSpan(open.Length, FillerLength).Fill(filler);
        file[^2] = Escape;
        file[^1] = 0xD9;
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > MostPixels
            || JpegStructure.Read(file).Objection((long)codec.Info.Width * codec.Info.Height) is not null)
            return null;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        return codec.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success ? ImageHash.Of(bitmap.Bytes) : null;
    }
}
