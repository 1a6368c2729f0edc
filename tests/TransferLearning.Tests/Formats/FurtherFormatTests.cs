using NetVips;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Formats;

/// <summary>TIFF and AVIF: the colours, 16 bits, several pages, raw files, and damage.</summary>
public sealed class FurtherFormatTests
{
    [Theory]
    [InlineData(0, 65535, 0, 255)]
    [InlineData(0, 30000, 0, 117)]
    [InlineData(0, 4000, 0, 249)]
    [InlineData(0, 4095, 0, 255)]
    [InlineData(100, 200, 100, 200)]
    [InlineData(30000, 31000, 0, 255)]
    [InlineData(500, 500, 125, 125)]
    public void A_part_of_sixteen_bits_keeps_its_content(ushort from, ushort to, byte first, byte last)
    {
        // A TIFF, and a PNG as instruments write it too.
        using var ramp = DrawnFiles.Ramp(from, to);
        foreach (byte[] file in new[] { DrawnFiles.Tiff(ramp), ramp.PngsaveBuffer() })
        {
            byte[] pixels = DrawnFiles.Decode(file);
            Assert.Equal(3 * DrawnFiles.Width * DrawnFiles.Height, pixels.Length);
            Assert.InRange(pixels[0], first - 2, first + 2);
            Assert.InRange(pixels[^1], last - 2, last + 2);
            Assert.Equal(pixels[0], pixels[1]);
        }
    }

    [Fact]
    public void Colours_palettes_opacity_fractions_and_the_first_page_are_those_of_the_file()
    {
        using var red = DrawnFiles.Plain(200, 100, 50);
        foreach (var compression in new[]
            { Enums.ForeignTiffCompression.None, Enums.ForeignTiffCompression.Lzw, Enums.ForeignTiffCompression.Deflate })
            Assert.Equal([200, 100, 50], DrawnFiles.Decode(DrawnFiles.Tiff(red, compression))[..3]);
        Assert.Equal([255, 0, 0], DrawnFiles.Decode(DrawnFiles.Tiff(DrawnFiles.Plain(255, 0, 0, 255)))[..3]);
        Assert.Equal([255, 255, 255], DrawnFiles.Decode(DrawnFiles.Tiff(DrawnFiles.Plain(10, 20, 30, 0)))[..3]);
        Assert.Equal([77, 77, 77], DrawnFiles.Decode(DrawnFiles.Tiff(DrawnFiles.Plain(77)))[..3]);
        using var bits = DrawnFiles.Plain(255);
        Assert.Equal([255, 255, 255], DrawnFiles.Decode(bits.TiffsaveBuffer(
            compression: Enums.ForeignTiffCompression.Ccittfax4, bitdepth: 1))[..3]);
        byte[] tiled = DrawnFiles.Decode(red.TiffsaveBuffer(
            compression: Enums.ForeignTiffCompression.Jpeg, q: 95, tile: true, bigtiff: true));
        Assert.All(tiled.Zip([200, 100, 50]), pair => Assert.InRange(pair.First, pair.Second - 6, pair.Second + 6));
        using var fractions = (DrawnFiles.Plain(51) / 255).Cast(Enums.BandFormat.Float);
        Assert.Equal([51, 51, 51], DrawnFiles.Decode(DrawnFiles.Tiff(fractions))[..3]);
        using var pages = red.Join(DrawnFiles.Plain(1, 2, 3), Enums.Direction.Vertical);
        byte[] several = pages.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", DrawnFiles.Height)).TiffsaveBuffer();
        Assert.Equal([200, 100, 50], DrawnFiles.Decode(several)[..3]);
        Assert.Equal(2, ImageDecoder.Probe(DrawnFiles.Marked(several), "pages", ImageDecodeOptions.Default).Pages);

        byte[] photo = DrawnFiles.Decode(red.HeifsaveBuffer(q: 90, compression: Enums.ForeignHeifCompression.Av1, effort: 1));
        Assert.All(photo.Zip([200, 100, 50]), pair => Assert.InRange(pair.First, pair.Second - 6, pair.Second + 6));
    }

    [Fact]
    public void What_is_no_image_of_colours_is_refused_with_the_reason()
    {
        using var seven = DrawnFiles.Plain(1, 2, 3, 4, 5, 6, 7).Copy(interpretation: Enums.Interpretation.Multiband);
        Assert.Contains("7 channels", Refused(DrawnFiles.Tiff(seven)), StringComparison.Ordinal);

        // A raw file of a camera starts with a small version of its image: tag 254 is 1, 271 the maker, 330 the others.
        byte[] raw =
        [
            .. "II*\0"u8, 8, 0, 0, 0, 3, 0,
            254, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0,
            15, 1, 2, 0, 4, 0, 0, 0, (byte)'A', (byte)'B', (byte)'C', 0,
            74, 1, 4, 0, 1, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.Contains("camera raw", Refused(raw), StringComparison.Ordinal);
        Assert.Contains("over the limit", Refused(Big()), StringComparison.Ordinal);

        // A header of 65,000 × 65,000 pixels is refused before anything is allocated.
        static byte[] Big()
        {
            byte[] tiff = DrawnFiles.Tiff(DrawnFiles.Plain(9));
            for (int i = BitConverter.ToInt32(tiff, 4) + 2; i + 12 <= tiff.Length; i += 12)
            {
                if (BitConverter.ToUInt16(tiff, i) is 256 or 257)
                    BitConverter.TryWriteBytes(tiff.AsSpan(i + 8), (ushort)65_000);
            }

            return tiff;
        }
    }

    [Fact]
    public void Damage_is_an_error_or_an_image_and_never_anything_else()
    {
        using var ramp = DrawnFiles.Ramp(0, 4000);
        byte[][] seeds =
        [
            DrawnFiles.Tiff(ramp, Enums.ForeignTiffCompression.Lzw), DrawnFiles.Tiff(ramp),
            DrawnFiles.Plain(9, 99, 199).HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1, effort: 1),
        ];
        var random = new Random(5);
        foreach (byte[] seed in seeds)
        {
            for (int i = 0; i < 300; i++)
            {
                byte[] damaged = [.. seed];
                for (int flips = 1 + random.Next(4); flips > 0; flips--)
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                Try(damaged);
            }

            for (int sixteenth = 1; sixteenth < 16; sixteenth++)
                Try(seed[..(seed.Length * sixteenth / 16)]);
        }

        // Pixels that are missing are damage.
        Assert.Contains("cut off", Refused(seeds[1][..^400]), StringComparison.Ordinal);

        static void Try(byte[] file)
        {
            try
            {
                DrawnFiles.Decode(file);
            }
            catch (ImageDecodeException error)
            {
                Assert.NotEmpty(error.Reason);
            }
        }
    }

    [Fact]
    public async Task The_tool_takes_such_files_like_others_and_leaves_raw_files_out()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, level) in new[] { ("dark", 60.0), ("light", 180) })
        {
            Directory.CreateDirectory(folder.File(name));
            for (int i = 0; i < 4; i++)
                await File.WriteAllBytesAsync(folder.File($"{name}/{i}.TIF"), DrawnFiles.Tiff(DrawnFiles.Plain(level + i, level, level)));
        }

        using (var first = DrawnFiles.Plain(61, 60, 60))
        using (var pages = first.Join(DrawnFiles.Plain(1, 2, 3), Enums.Direction.Vertical))
        {
            await File.WriteAllBytesAsync(
                folder.File("dark/9.tiff"),
                pages.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", DrawnFiles.Height)).TiffsaveBuffer());
        }

        await File.WriteAllBytesAsync(folder.File("light/raw.NEF"), DrawnFiles.Tiff(DrawnFiles.Plain(9)));
        var check = await CliRun.RunAsync("check", folder.Path);
        Assert.Contains("of several pages, of which the first one is used", check.Output, StringComparison.Ordinal);
        Assert.Contains(
            "raw.NEF' is not an image that can be decoded but a camera raw image; convert it", check.Output, StringComparison.Ordinal);
        var train = await CliRun.RunAsync(
            "train", folder.Path, "-o", folder.File("m.onnx"), "--scenario", "feature-extraction", "--backbone", "TinyResNet", "--json");
        Assert.Equal(["dark", "light"], train.ParsedOutput().GetProperty("labels").EnumerateArray().Select(l => l.GetString()!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_progressive_JPEG_without_its_end_mark_is_decoded_like_the_whole_one(int zeros)
    {
        using var noise = Image.Gaussnoise(200, 150, sigma: 60, mean: 128, seed: 3).Cast(Enums.BandFormat.Uchar);
        byte[] whole = noise.JpegsaveBuffer(q: 80, interlace: true);
        Assert.Equal([0xFF, 0xD9], whole[^2..]);
        byte[] expected = DrawnFiles.Decode(whole);
        Assert.Equal(expected, DrawnFiles.Decode([.. whole[..^2], .. new byte[zeros]]));

        // Neither a part of the data nor some of the scans are the image.
        int lastScan = whole.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        foreach (int length in new[] { whole.Length / 2, whole.Length - 200, lastScan })
            Assert.Throws<ImageDecodeException>(() => DrawnFiles.Decode(whole[..length]));
    }

    private static string Refused(byte[] file) => Assert.Throws<ImageDecodeException>(() => DrawnFiles.Decode(file)).Message;
}
