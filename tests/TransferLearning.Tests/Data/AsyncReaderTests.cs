using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>The asynchronous readers: the same datasets as the synchronous ones, with progress and cancellation.</summary>
public sealed class AsyncReaderTests
{
    [Fact]
    public async Task Every_async_reader_gives_the_dataset_of_the_synchronous_one_and_reports_files()
    {
        using var folder = new DatasetFolder().AddMany("images/cat", 260).AddMany("images/dog", 30);
        string images = folder.Full("images");
        (string Path, string Label)[] list = [.. ImageFiles.Find(images).Select(path => (path, path.Contains("cat") ? "cat" : "dog"))];
        File.WriteAllLines(folder.Full("list.csv"), ["path,label", .. list.Select(image => $"{image.Path},{image.Label}")]);
        foreach (string set in new[] { "mnist", "cifar", "coco", "boxes" })
            Directory.CreateDirectory(folder.Full(set));
        LoaderFiles.Mnist(folder.Full("mnist"), 40, 20, 4);
        LoaderFiles.Cifar10(folder.Full("cifar"), 20, 4);
        string coco = BoxFiles.Write(folder.Full("coco.json"), BoxFiles.Coco(folder.Full("coco"), 8));
        foreach (string synset in new[] { "n01", "n02" })
            folder.AddMany($"imagenet/train/{synset}", 4);

        await Compare(ImageDataset.FromFolder(images), progress => ImageDataset.FromFolderAsync(images, progress: progress), 290);
        await Compare(ImageDataset.FromFiles(list), progress => ImageDataset.FromFilesAsync(list, progress: progress), 290);
        await Compare(
            ImageDataset.FromCsv(folder.Full("list.csv")),
            progress => ImageDataset.FromCsvAsync(folder.Full("list.csv"), progress: progress),
            290);
        await Compare(
            ImageDataset.FromIdx(folder.Full("mnist")), progress => ImageDataset.FromIdxAsync(folder.Full("mnist"), progress: progress), 4);
        await Compare(
            ImageDataset.FromCifar(folder.Full("cifar")),
            progress => ImageDataset.FromCifarAsync(folder.Full("cifar"), progress: progress),
            3);
        await Compare(
            ImageDataset.FromImageNet(folder.Full("imagenet")),
            progress => ImageDataset.FromImageNetAsync(folder.Full("imagenet"), progress: progress),
            8);
        await Compare(
            ImageDataset.FromCoco(coco, folder.Full("coco")),
            progress => ImageDataset.FromCocoAsync(coco, folder.Full("coco"), progress: progress),
            8);

        static async Task Compare(ImageDataset expected, Func<IProgress<TransferProgress>, Task<ImageDataset>> read, long files)
        {
            var progress = new ListProgress();
            var dataset = await read(progress);
            Assert.Equal(expected.ToString(), dataset.ToString());
            Assert.Equal(expected.All.Paths, dataset.All.Paths);
            Assert.Equal(expected.All.Select(image => image.Label), dataset.All.Select(image => image.Label));
            Assert.All(progress.Values, value => Assert.Equal((TransferStage.ReadDataset, 0L), (value.Stage, value.Total)));
            Assert.Equal(progress.Completed.Order(), progress.Completed);
            Assert.Equal(files, progress.Completed.Last());
            Assert.Equal((files / 100) + 1, progress.Values.Count);
        }
    }

    [Fact]
    public async Task The_search_for_reencoded_copies_is_reported_in_images()
    {
        using var planted = new PlantedFaults();
        File.Delete(planted.Full("train/circle/cut.jpg"));
        Directory.Delete(planted.Full("train/nothing"));
        var progress = new ListProgress();
        await ImageDataset.FromFolderAsync(planted.Path, new ImageFolderOptions { FindReencoded = true }, progress);
        long[] compared = [.. progress.Values.Where(value => value.Stage == TransferStage.CheckDataset).Select(value => value.Completed)];
        long total = progress.Values.First(value => value.Stage == TransferStage.CheckDataset).Total;
        Assert.InRange(total, 20, 60);
        Assert.Equal(Enumerable.Range(1, (int)total).Select(done => (long)done), compared);
    }

    [Fact]
    public async Task Wrong_arguments_are_refused_before_the_task_and_a_missing_folder_is_always_the_same_error()
    {
        Assert.Throws<ArgumentException>(() => { _ = ImageDataset.FromFolderAsync("x", new ImageFolderOptions { TestFraction = 2 }); });
        Assert.Throws<ArgumentException>(() => { _ = ImageDataset.FromIdxAsync(""); });
        Func<Task>[] reads =
        [
            () => ImageDataset.FromFolderAsync("no/such/folder"),
            () => ImageDataset.FromIdxAsync("no/such/folder"),
            () => ImageDataset.FromCifarAsync("no/such/folder"),
            () => ImageDataset.FromImageNetAsync("no/such/folder"),
            () => ImageDataset.FromCocoAsync("instances.json", "no/such/folder"),
            () => DatasetDoctor.CheckAsync("no/such/folder"),
            () => Task.Run(() => ImageFiles.Find("no/such/folder")),
        ];
        foreach (var read in reads)
        {
            var error = await Assert.ThrowsAsync<DatasetException>(read);
            Assert.Contains(Path.GetFullPath("no/such/folder"), error.Message, StringComparison.Ordinal);
            Assert.Contains("does not exist; give the folder that contains", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reading_can_be_cancelled_in_the_middle()
    {
        using var folder = new DatasetFolder().AddMany("cat", 300).AddMany("dog", 300);
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(_ => cancellation.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ImageDataset.FromFolderAsync(folder.Path, progress: progress, cancellationToken: cancellation.Token));
        Assert.Equal([100], progress.Completed);
    }
}
