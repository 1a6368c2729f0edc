using SkiaSharp;
using TransferLearning.Tests.BackboneCatalog;

namespace TransferLearning.Tests.Data.Published;

/// <summary>Datasets of raw pixels become image files with the same pixels.</summary>
public sealed class PublishedPixelsTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Pairs_of_idx_files()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 2 * 3).Select(i => (byte)(10 * i))];
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var dataset = PublishedArchives.On(
            server,
            Datasets.FashionMnist.Layout,
            ("train-images-idx3-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([3, 2, 3], pixels)), null),
            ("train-labels-idx1-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([3], [9, 0, 9])), null),
            ("t10k-images-idx3-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([1, 2, 3], pixels[6..12])), null),
            ("t10k-labels-idx1-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([1], [2])), null));

        string folder = await dataset.FetchAsync(_fixture.Options);

        Assert.Equal(
            ["test/Pullover/000000.png", "train/Ankle boot/000000.png", "train/Ankle boot/000002.png", "train/T-shirt/000001.png"],
            PublishedArchives.Listing(folder));
        using var image = SKBitmap.Decode(Path.Combine(folder, "train/Ankle boot/000002.png"));
        Assert.Equal((3, 2), (image.Width, image.Height));
        Assert.Equal(pixels[12..], image.Pixels.Select(pixel => pixel.Red));
        Assert.Equal(pixels[12..], image.Pixels.Select(pixel => pixel.Blue));
    }

    [Fact]
    public async Task Transposed_idx_files_within_a_zip()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6];
        byte[] zip = PublishedArchives.Zip(
            ("gzip/emnist-letters-train-labels-idx1-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([1], [26]))),
            ("gzip/emnist-letters-train-images-idx3-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([1, 3, 2], pixels))),
            ("gzip/emnist-digits-train-images-idx3-ubyte.gz", [1, 2, 3]));
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var dataset = PublishedArchives.On(server, Datasets.EmnistLetters.Layout, ("emnist-gzip.zip", zip, null));

        string folder = await dataset.FetchAsync(_fixture.Options);

        Assert.Equal(["train/Z/000000.png"], PublishedArchives.Listing(folder));
        using var image = SKBitmap.Decode(Path.Combine(folder, "train/Z/000000.png"));
        Assert.Equal((3, 2), (image.Width, image.Height));
        // Stored by columns: 1 2 is the first column.
        Assert.Equal([1, 3, 5, 2, 4, 6], image.Pixels.Select(pixel => pixel.Green));
    }

    [Theory]
    [InlineData("cifar-10", new byte[] { 3 }, "train/cat/data_batch_2-000000.png", "cifar-10-batches-bin/data_batch_2.bin")]
    [InlineData("cifar-100", new byte[] { 4, 99 }, "test/worm/test-000000.png", "cifar-100-binary/test.bin")]
    public async Task Records_of_cifar(string name, byte[] labels, string expected, string member)
    {
        byte[] planes = new byte[3 * 32 * 32];
        new Random(1).NextBytes(planes);
        byte[] archive = PublishedArchives.Gzip(
            PublishedArchives.Tar((member, [.. labels, .. planes]), ("cifar-10-batches-bin/batches.meta.txt", [65])));
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var dataset = PublishedArchives.On(server, Datasets.Find(name).Layout, ("cifar.tar.gz", archive, null));

        string folder = await dataset.FetchAsync(_fixture.Options);

        Assert.Equal([expected], PublishedArchives.Listing(folder));
        using var image = SKBitmap.Decode(Path.Combine(folder, expected));
        byte[] drawn = [.. image.Pixels.Select(p => p.Red), .. image.Pixels.Select(p => p.Green), .. image.Pixels.Select(p => p.Blue)];
        Assert.Equal(planes, drawn);
    }

    [Fact]
    public async Task Images_without_labels_are_an_error()
    {
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var dataset = PublishedArchives.On(
            server, Datasets.Mnist.Layout,
                ("train-images-idx3-ubyte.gz", PublishedArchives.Gzip(PublishedArchives.Idx([1, 1, 1], [7])), null));
        var error = await Assert.ThrowsAsync<DatasetException>(() => dataset.FetchAsync(_fixture.Options));
        Assert.Contains("train-images-idx3-ubyte", error.Message, StringComparison.Ordinal);
    }
}
