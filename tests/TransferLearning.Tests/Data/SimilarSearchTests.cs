using SkiaSharp;

namespace TransferLearning.Tests.Data;

public sealed class SimilarSearchTests
{
    /// <summary>The grid must find the very groups that comparing all with all finds.</summary>
    [Fact]
    public void The_grid_misses_no_similar_pair()
    {
        var random = new Random(5);
        var thumbnails = new Thumbnail?[600];
        for (int i = 0; i < thumbnails.Length; i++)
        {
            thumbnails[i] = i % 50 == 49
                ? null
                : Plain((byte)random.Next(100, 140), (byte)random.Next(100, 140), (byte)random.Next(100, 140), random.Next(0, 12));
        }

        int[] expected = [.. Enumerable.Range(0, thumbnails.Length)];
        int pairs = 0;
        for (int i = 0; i < thumbnails.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (thumbnails[i] is { } a && thumbnails[j] is { } b && a.IsSameImageAs(b, out _))
                {
                    JoinedGroups.Join(expected, i, j);
                    pairs++;
                }
            }
        }

        expected = [.. expected.Select(file => JoinedGroups.Root(expected, file))];
        Assert.InRange(pairs, 50, 5000);
        Assert.Equal(expected, SimilarSearch.FirstOfEach(thumbnails, CancellationToken.None));
    }

    [Fact]
    public void Thousands_of_equal_images_are_compared_with_one()
    {
        var thumbnail = Plain(10, 20, 30, 0);
        int[] first = SimilarSearch.FirstOfEach(Enumerable.Repeat(thumbnail, 20_000).ToArray(), CancellationToken.None);
        Assert.All(first, index => Assert.Equal(0, index));
    }

    [Fact]
    public void Images_of_little_contrast_must_be_nearer_to_each_other_and_those_of_one_colour_are_no_copies()
    {
        Thumbnail grey = Plain(100, 100, 100, 8, dark: 0), other = Plain(101, 101, 101, 8, dark: 0), blank = Plain(9, 9, 9, 0, dark: 0);
        Assert.InRange(grey.DistanceTo(other), 1, Thumbnail.LargestSum);
        Assert.False(grey.IsSameImageAs(other, out _));
        Assert.True(Plain(100, 100, 100, 8).IsSameImageAs(Plain(101, 101, 101, 8), out _));
        Assert.Equal([0, 1, 0, 3, 4], SimilarSearch.FirstOfEach([grey, other, grey, blank, blank], CancellationToken.None));
    }

    private static Thumbnail Plain(byte red, byte green, byte blue, int contrast, int dark = 8)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(red, green, blue));
        using (var canvas = new SKCanvas(bitmap))
        {
            using var paint = new SKPaint { Color = new SKColor((byte)(red + contrast), green, (byte)(blue - contrast)) };
            canvas.DrawRect(0, 0, 16, 8 + contrast, paint);
            using var ink = new SKPaint { Color = SKColors.Black };
            canvas.DrawRect(0, 32 - dark, 32, dark, ink);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return Thumbnail.Of(new ImageBytes(data.ToArray()), "plain", ImageDecodeOptions.Default);
    }
}
