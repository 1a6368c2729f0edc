namespace TransferLearning.Tests.Imaging;

/// <summary>What is read from the structure of a file without its codec.</summary>
public sealed class ImageStructureTests
{
    [Theory]
    [InlineData("baseline.jpg", 1)]
    [InlineData("restart.jpg", 1)]
    [InlineData("progressive.jpg", 10)]
    public void The_scans_of_a_JPEG_are_counted(string image, int scans) =>
        Assert.Equal(new JpegStructure(scans, IsComplete: true), JpegStructure.Read(Golden.Encoded(image)));

    [Fact]
    public void A_marker_within_a_segment_is_not_a_scan()
    {
        byte[] segment = [0xFF, 0xE1, 0, 6, 0xFF, 0xDA, 0xFF, 0xD9];
        byte[] scan = [0xFF, 0xFF, 0xDA, 0, 3, 1, 0xFF, 0, 0xFF, 0xD3, 5];
        Assert.Equal(new JpegStructure(1, IsComplete: true), JpegStructure.Read([0xFF, 0xD8, .. segment, .. scan, 0xFF, 0xD9]));
    }

    [Fact]
    public void A_JPEG_without_an_end_is_not_complete()
    {
        byte[] encoded = Golden.Encoded("progressive.jpg");
        for (int length = 0; length < encoded.Length; length++)
            Assert.False(JpegStructure.Read(encoded.AsSpan(0, length)).IsComplete);
    }

    [Theory]
    [InlineData(20, 100_000_000, true)]
    [InlineData(21, 100_000_000, false)]
    [InlineData(100, 1_000_000, true)]
    [InlineData(101, 1, false)]
    public void Scans_times_pixels_are_bounded(int scans, long pixels, bool accepted) =>
        Assert.Equal(accepted, new JpegStructure(scans, IsComplete: true).Objection(pixels) is null);

    [Theory]
    [InlineData(true, 6, 6)]
    [InlineData(false, 6, 6)]
    [InlineData(true, 0, 1)]
    [InlineData(false, 9, 1)]
    public void Orientation_is_read_from_PNG_in_both_byte_orders(bool little, byte value, int expected)
    {
        byte[] tiff = little
            ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0]
            : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0];
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, (byte)tiff.Length, .. "eXIf"u8, .. tiff, 0, 0, 0, 0];
        Assert.Equal((ImageOrientation)expected, ExifOrientation.OfPng(png));
        for (int length = 0; length < png.Length; length++)
            Assert.Equal(ImageOrientation.Upright, ExifOrientation.OfPng(png.AsSpan(0, length)));
    }

    [Fact]
    public void An_icon_that_misses_its_last_image_is_not_complete()
    {
        byte[] icon = Golden.Encoded("icon.ico");
        Assert.True(IconDirectory.IsComplete(icon));
        for (int length = 0; length < icon.Length; length++)
            Assert.False(IconDirectory.IsComplete(icon.AsSpan(0, length)));
    }

    [Fact]
    public void Weights_of_a_new_pixel_sum_to_one()
    {
        foreach (var interpolation in Enum.GetValues<ImageInterpolation>())
        {
            foreach (int size in new[] { 1, 2, 7, 100, 999 })
            {
                var table = ResampleTable.Create(new ResampleAxis(size, 0, size, 50, 0, 50, interpolation));
                for (int i = 0; i < 50; i++)
                {
                    double sum = 0;
                    foreach (int weight in table.Weights(i))
                        sum += weight / (double)(1 << ResampleTable.FractionBits);
                    Assert.Equal(1, sum, 1e-5);
                    Assert.InRange(table.Starts[i], 0, size - table.Weights(i).Length);
                }
            }
        }
    }
}
