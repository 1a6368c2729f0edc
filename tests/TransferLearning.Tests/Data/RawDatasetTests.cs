using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>MNIST's and CIFAR's formats: every pixel arrives, the images train a classifier, and damaged files are named.</summary>
public sealed class RawDatasetTests
{
    [Fact]
    public void Idx_files_load_bit_by_bit_compressed_or_not()
    {
        using var folder = new TemporaryFolder();
        LoaderFiles.Mnist(folder.Path, train: 40, test: 8, classes: 4);
        var dataset = ImageDataset.FromIdx(folder.Path, options: new ImageFolderOptions { ValidationFraction = 0 });
        Assert.Equal(["0", "1", "2", "3"], dataset.Classes);
        Assert.Equal((40, 0, 8), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.Empty(dataset.Problems);
        Check(dataset.Train, folder.File("train-images-idx3-ubyte"), seed: 0);
        Check(dataset.Test, folder.File("t10k-images-idx3-ubyte.gz"), seed: 1);

        static void Check(LabeledImageSet set, string file, int seed)
        {
            foreach (var (i, image) in set.Index())
            {
                Assert.Equal(($"{file}#{i}", i % 4), (image.Path, image.Label));
                byte[] grey = LoaderFiles.Plane(28, i % 4, seed + 2 * i);
                Assert.Equal(grey.SelectMany(value => new[] { value, value, value }), Pixels(image));
            }
        }
    }

    [Fact]
    public void Cifar_10_loads_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        LoaderFiles.Cifar10(folder.Path, perBatch: 12, classes: 3);
        var dataset = ImageDataset.FromCifar(folder.Path, options: new ImageFolderOptions { ValidationFraction = 0.25 });
        Assert.Equal(["class 0", "class 1", "class 2"], dataset.Classes);
        Assert.Equal((18, 6, 12), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        foreach (var image in dataset.All)
        {
            string[] parts = image.Path.Split('#');
            byte[] record = File.ReadAllBytes(parts[0])
                .AsSpan(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) * 3073, 3073).ToArray();
            Assert.Equal(record[0], image.Label);
            Assert.Equal(Enumerable.Range(0, 3 * 1024).Select(i => record[1 + i % 3 * 1024 + i / 3]), Pixels(image));
        }
    }

    [Theory]
    [InlineData(false, "pear", 2)]
    [InlineData(true, "fruit", 1)]
    public void Cifar_100_has_fine_and_coarse_labels(bool coarse, string name, int label)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("fine_label_names.txt"), "dog\ncat\npear\n");
        File.WriteAllText(folder.File("coarse_label_names.txt"), "animal\nfruit\n");
        byte[][] pairs = [[0, 0], [0, 0], [0, 1], [0, 1], [1, 2], [1, 2]];
        File.WriteAllBytes(
            folder.File("train.bin"), [.. pairs.Index().SelectMany(pair => LoaderFiles.CifarRecord(pair.Item, 0, 3 * pair.Index))]);
        var dataset = ImageDataset.FromCifar(folder.Path, new ImageFolderOptions { ValidationFraction = 0 }, coarse);
        Assert.Equal(label, dataset.Train[5].Label);
        Assert.Equal(name, dataset.Classes[label]);
        Assert.Empty(dataset.Test);
    }

    [Fact]
    public async Task A_classifier_on_frozen_features_learns_from_both_and_the_doctor_reads_them()
    {
        using var mnist = new TemporaryFolder();
        using var cifar = new TemporaryFolder();
        LoaderFiles.Mnist(mnist.Path, train: 80, test: 24, classes: 4);
        LoaderFiles.Cifar10(cifar.Path, perBatch: 36, classes: 3);
        foreach (var dataset in new[] { ImageDataset.FromIdx(mnist.Path), ImageDataset.FromCifar(cifar.Path) })
        {
            using var classifier = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(dataset);
            var evaluation = await classifier.EvaluateAsync(dataset.Test);
            Assert.Equal(dataset.Test.Count, evaluation.Report.Images);
            Assert.InRange(evaluation.Report.Accuracy, 0.9, 1);
            Assert.NotEmpty((await TransferAdvisor.AdviseAsync(dataset, Backbones.TinyResNet)).Reason);
            Assert.Equal(dataset.All.Count, (await DatasetDoctor.CheckAsync(dataset)).Images);

            // The report draws images that are not files of their own.
            string page = mnist.File("report.html");
            await HtmlReport.WriteAsync(page, evaluation, classifier, new HtmlReportOptions { MaxImages = 2 });
            var shown = Reports.SpoiltReport.DataOf(await File.ReadAllTextAsync(page)).GetProperty("images").EnumerateArray();
            Assert.Equal(2, shown.Count(image => image.TryGetProperty("thumbnail", out _)));
        }
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte", 2, 9, "00000903", "offset 0")]
    [InlineData("train-images-idx3-ubyte", 3, 1, "00000801", "3 dimensions")]
    [InlineData("train-labels-idx1-ubyte", 8, 9, "label 9", "offset 8")]
    [InlineData("train-images-idx3-ubyte", 4, 0x7F, "offset 4", "more than the file can contain")]
    [InlineData("train-labels-idx1-ubyte", 7, 39, "offset 47", "end is expected")]
    public void A_wrong_byte_of_an_idx_file_is_named(string file, int offset, byte value, string said, string expectation)
    {
        using var folder = new TemporaryFolder();
        LoaderFiles.Mnist(folder.Path, train: 40, test: 8, classes: 4);
        byte[] bytes = File.ReadAllBytes(folder.File(file));
        bytes[offset] = value;
        File.WriteAllBytes(folder.File(file), bytes);
        var error = Assert.Throws<DatasetException>(() => ImageDataset.FromIdx(folder.Path, ["a", "b", "c", "d"]));
        Assert.All([folder.File(file), said, expectation], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Idx_files_that_are_cut_off_anywhere_are_refused()
    {
        using var folder = new TemporaryFolder();
        LoaderFiles.Mnist(folder.Path, train: 8, test: 8, classes: 2);
        foreach (string file in Directory.GetFiles(folder.Path))
        {
            byte[] bytes = File.ReadAllBytes(file);
            // The last eight bytes of a compressed file are its checksum and its length.
            int whole = bytes.Length;
        foreach (int length in new[] { 0, 1, 3, 5, 9, whole / 2, whole - 9, whole - 8, whole - 5, whole - 4, whole - 1 })
            {
                File.WriteAllBytes(file, bytes[..length]);
                Assert.Contains(
                    file, Assert.Throws<DatasetException>(() => ImageDataset.FromIdx(folder.Path)).Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(file, bytes);
        }
    }

    [Fact]
    public void A_compressed_idx_file_may_have_several_members()
    {
        using var folder = new TemporaryFolder();
        LoaderFiles.Mnist(folder.Path, train: 8, test: 8, classes: 2);
        byte[] labels = File.ReadAllBytes(folder.File("train-labels-idx1-ubyte"));
        File.Delete(folder.File("train-labels-idx1-ubyte"));
        File.WriteAllBytes(folder.File("train-labels-idx1-ubyte.gz"), [.. LoaderFiles.Gzip(labels[..9]), .. LoaderFiles.Gzip(labels[9..])]);
        Assert.Equal(8, ImageDataset.FromIdx(folder.Path, options: new ImageFolderOptions { ValidationFraction = 0 }).Train.Count);
    }

    [Fact]
    public void Cifar_files_that_are_damaged_or_missing_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "data_batch_1.bin",
            Assert.Throws<DatasetException>(() => ImageDataset.FromCifar(folder.Path)).Message,
            StringComparison.Ordinal);
        LoaderFiles.Cifar10(folder.Path, perBatch: 6, classes: 2);
        string file = folder.File("data_batch_2.bin");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[3 * 3073] = 2;
        File.WriteAllBytes(file, bytes);
        Throws("label 2", "offset 9219", "0 to 1");
        File.WriteAllBytes(file, bytes[..^1]);
        Throws("18437 bytes", "offset 15365", "3073");

        void Throws(params string[] parts)
        {
            var error = Assert.Throws<DatasetException>(() => ImageDataset.FromCifar(folder.Path));
            Assert.All([file, .. parts], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        }
    }

    private static byte[] Pixels(LabeledImage image)
    {
        using var content = image.Content!.Read(ImageDecodeOptions.Default);
        using var decoded = ImageDecoder.Decode(content.Bytes, image.Path, ImageDecodeOptions.Default);
        return decoded.Pixels.ToArray();
    }
}
