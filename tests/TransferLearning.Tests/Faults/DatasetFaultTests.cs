using System.Diagnostics;
using SkiaSharp;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 7 to 13: folders of images. The readers' own tests are in Data.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class DatasetFaultTests(DrawnExample example)
{
    private static readonly ImageFolderOptions NoSplit = new() { ValidationFraction = 0 };

    [Fact]
    public void Row_07_names_with_emoji_right_to_left_text_255_bytes_and_invalid_utf_8()
    {
        using var scope = new FaultScope();
        TwoClasses(scope);
        string[] names = ["🐈‍⬛🎉.jpg", "קטן.jpg", "صورة.jpg", new string('x', 251) + ".jpg"];
        foreach (string name in names)
            scope.Put($"circle/{name}", DrawnImages.Encode(0, name.Length));
        if (OperatingSystem.IsLinux())
            Shell.Run($"cp '{scope.Path("circle/0.jpg")}' \"$(printf '{scope.Path("circle")}/bad\\377.jpg')\"");
        var dataset = ImageDataset.FromFolder(scope.Folder, NoSplit);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("not valid text", Assert.Single(dataset.Problems).Message, StringComparison.Ordinal);
            Shell.Run($"rm '{scope.Path("circle")}'/bad*");
        }

        Assert.Equal([4 + names.Length, 4], dataset.Train.ClassCounts);
    }

    [Fact(Timeout = 30_000)]
    public async Task Row_08_a_link_loop_a_link_out_of_the_root_a_pipe_and_a_locked_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs links, pipes and permissions of Unix");
        using var outside = new TemporaryFolder();
        await File.WriteAllBytesAsync(outside.File("secret.jpg"), DrawnImages.Encode(0, 99));
        using var scope = new FaultScope();
        TwoClasses(scope);
        Directory.CreateSymbolicLink(scope.Path("circle/loop"), scope.Folder);
        File.CreateSymbolicLink(scope.Path("circle/secret.jpg"), outside.File("secret.jpg"));
        Shell.Run(
            $"mkfifo '{scope.Path("square/pipe.jpg")}'; mkdir '{scope.Path("square/locked")}'; chmod 000 '{scope.Path("square/locked")}'");
        var dataset = await Task.Run(() => ImageDataset.FromFolder(scope.Folder, NoSplit), TestContext.Current.CancellationToken);
        Shell.Run($"rmdir '{scope.Path("square/locked")}'; rm '{scope.Path("square/pipe.jpg")}' '{scope.Path("circle/loop")}' " +
            $"'{scope.Path("circle/secret.jpg")}'");
        Assert.Equal([4, 4], dataset.Train.ClassCounts);
        string[] listed = [.. dataset.Problems.Select(problem => Path.GetFileName(problem.Path)).Order(StringComparer.Ordinal)];
        // The superuser may read the folder, which is then just empty.
        Assert.Equal(
            Environment.IsPrivilegedProcess ? ["loop", "pipe.jpg", "secret.jpg"] : ["locked", "loop", "pipe.jpg", "secret.jpg"], listed);
    }

    /// <summary>The superuser may list any folder, so the tool is run as somebody else where the tests are run by the superuser.</summary>
    [Fact]
    public async Task Row_08_a_folder_without_permission_is_reported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs setpriv");
        using var scope = new FaultScope();
        TwoClasses(scope);
        string locked = Directory.CreateDirectory(scope.Path("square/locked")).FullName;
        Shell.Run($"chmod 755 '{scope.Folder}' '{scope.Path("circle")}' '{scope.Path("square")}'; chmod 000 '{locked}'");
        string[] command = ["dotnet", "exec", CliRun.ToolPath(), "check", scope.Folder];
        string[] nobody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"];
        var (readable, _) = await RunAsync([.. nobody, "test", "-r", CliRun.ToolPath()]);
        Assert.SkipUnless(readable == 0, "nobody else may read the tool here");
        var (exitCode, output) = await RunAsync([.. nobody, .. command]);
        Directory.Delete(locked);
        Assert.Equal(0, exitCode);
        Assert.Contains($"'{locked}' cannot be listed", output, StringComparison.Ordinal);
        Assert.Contains("8 images of 2 classes", output, StringComparison.Ordinal);

        static async Task<(int ExitCode, string Output)> RunAsync(string[] command)
        {
            var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, WorkingDirectory = "/" };
            start.Environment["HOME"] = Path.GetTempPath();
            using var process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output);
        }
    }

    [Fact]
    public void Row_09_a_class_without_images_or_with_one_a_single_class_and_no_classes()
    {
        using var scope = new FaultScope();
        scope.Refused<DatasetException>(() => ImageDataset.FromFolder(scope.Folder), scope.Folder);
        Class(scope, "circle", 0, 4);
        scope.Refused<DatasetException>(() => ImageDataset.FromFolder(scope.Folder), "circle");
        Class(scope, "single", 1, 1);
        scope.Refused<DatasetException>(() => ImageDataset.FromFolder(scope.Folder), "'single'");
        Class(scope, "single", 1, 4);

        // A folder without images is no class: it is left out and named.
        Directory.CreateDirectory(scope.Path("empty"));
        var dataset = ImageDataset.FromFolder(scope.Folder);
        Assert.Equal(["circle", "single"], dataset.Classes);
        Assert.EndsWith("empty", Assert.Single(dataset.Layout!.LeftOut).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_10_the_same_image_reencoded_in_train_and_test()
    {
        using var scope = new FaultScope();
        byte[] image = DrawnImages.Encode(0, 7), smaller = SavedAnew(image, 80, 70), png = SavedAnew(image, 96, 0);
        Class(scope, "train/circle", 0, 4);
        Class(scope, "train/square", 1, 4);
        Class(scope, "test/circle", 0, 3, seed: 50);
        Class(scope, "test/square", 1, 3, seed: 50);
        scope.Put("train/circle/twin.jpg", image);
        scope.Put("test/circle/twin-smaller.jpg", smaller);
        scope.Put("test/circle/twin.png", png);
        var options = NoSplit with { FindReencoded = true };
        var problems = ImageDataset.FromFolder(scope.Folder, options).Problems.Where(
            problem => problem.Kind == DatasetProblemKind.DuplicateAcrossSplits).ToList();
        Assert.Equal(
            ["twin-smaller.jpg", "twin.png"], problems.Select(problem => Path.GetFileName(problem.Path)).Order(StringComparer.Ordinal));
        Assert.All(problems, problem => Assert.Contains("encoded differently", problem.Message, StringComparison.Ordinal));

        scope.Put("train/circle/twin-smaller.jpg", smaller);
        scope.Put("train/circle/twin.png", png);
        for (int seed = 0; seed < 10; seed++)
        {
            var dataset = ImageDataset.FromFolder(scope.Path("train"), options with { ValidationFraction = 0.5, Seed = seed });
            Assert.Contains(dataset.Train.Paths.Count(path => path.Contains("twin", StringComparison.Ordinal)), (int[])[0, 3]);
        }
    }

    [Fact]
    public void Row_10_the_same_image_in_train_and_test()
    {
        using var scope = new FaultScope();
        byte[] twin = DrawnImages.Encode(0, 7);
        Class(scope, "train/circle", 0, 4);
        Class(scope, "train/square", 1, 4);
        Class(scope, "test/circle", 0, 3, seed: 50);
        Class(scope, "test/square", 1, 3, seed: 50);
        scope.Put("train/circle/twin.jpg", twin);
        scope.Put("test/circle/twin-too.jpg", twin);
        var problem = Assert.Single(
            ImageDataset.FromFolder(scope.Folder, NoSplit).Problems, problem => problem.Kind == DatasetProblemKind.DuplicateAcrossSplits);
        Assert.Contains("twin", problem.Message + problem.Path, StringComparison.Ordinal);

        // In a folder without splits, the two stay together for every seed.
        foreach (string path in Directory.GetFiles(scope.Path("test/circle")))
            scope.Put($"train/circle/test-{Path.GetFileName(path)}", File.ReadAllBytes(path));
        for (int seed = 0; seed < 20; seed++)
        {
            var dataset = ImageDataset.FromFolder(scope.Path("train"), new ImageFolderOptions { ValidationFraction = 0.5, Seed = seed });
            Assert.Contains(dataset.Train.Paths.Count(path => path.Contains("twin", StringComparison.Ordinal)), (int[])[0, 2]);
        }
    }

    [Theory]
    [InlineData("circle", "Circle")]
    [InlineData("caf\u00e9", "cafe\u0301")]
    public void Row_11_class_names_that_differ_only_in_case_or_Unicode_normalization(string first, string second)
    {
        using var scope = new FaultScope();
        Class(scope, first, 0, 4);
        Assert.SkipWhen(Directory.Exists(scope.Path(second)), "the file system takes both names for one");
        Class(scope, second, 1, 4);
        scope.Refused<DatasetException>(() => ImageDataset.FromFolder(scope.Folder), first, second);
    }

    [Fact]
    public async Task Row_12_evaluating_with_other_class_folders_than_the_labels_of_the_model()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        using var scope = new FaultScope();
        Class(scope, "circle", 0, 4);
        Class(scope, "hexagon", 1, 4);
        var images = ImageDataset.FromFolder(scope.Folder, NoSplit).Train;
        await scope.RefusedAsync<DatasetException>(
            () => classifier.EvaluateAsync(images), ["'circle'", "'hexagon'", .. DrawnImages.Classes]);
    }

    [Fact]
    public async Task Row_13_an_image_that_is_removed_or_changed_while_training()
    {
        using var scope = new FaultScope();
        TwoClasses(scope);
        var dataset = ImageDataset.FromFolder(scope.Folder, NoSplit);
        string changed = scope.Path("circle/1.jpg");
        string removed = scope.Path("square/2.jpg");
        File.Delete(removed);
        await File.WriteAllTextAsync(changed, "no longer an image");
        var learner = TransferLearner.From(Backbones.TinyResNet);
        await scope.RefusedAsync<ImageDecodeException>(() => learner.FeatureExtraction().FitAsync(dataset), changed);
        var skipping = new FeatureExtractionOptions { Undecodable = UndecodableImages.Skip };
        using (var classifier = await learner.FeatureExtraction(skipping).FitAsync(dataset))
        {
            Assert.Equal(6, classifier.Training!.TrainingImages);
            Assert.Equal(2, classifier.Training.SkippedImages.Count);
        }

        await File.WriteAllBytesAsync(removed, DrawnImages.Encode(1, 2));
    }

    [Theory]
    [InlineData(UndecodableImages.Throw)]
    [InlineData(UndecodableImages.Skip)]
    public async Task Row_13_an_image_that_is_removed_and_one_that_is_changed_while_the_training_runs(UndecodableImages policy)
    {
        using var scope = new FaultScope();
        Class(scope, "circle", 0, 30);
        Class(scope, "square", 1, 30);
        var dataset = ImageDataset.FromFolder(scope.Folder, NoSplit);
        string changed = dataset.Train[^2].Path, removed = dataset.Train[^1].Path;
        byte[] content = await File.ReadAllBytesAsync(removed);
        bool spoilt = false;
        var progress = new ListProgress(value =>
        {
            // The last images come long after the first batch, for any number of threads.
            if (value.Stage != TransferStage.Featurize || spoilt)
                return;
            spoilt = true;
            File.Delete(removed);
            File.WriteAllText(changed, "no longer an image");
        });
        var learner = TransferLearner.From(Backbones.TinyResNet).WithExecution(new ExecutionOptions { Threads = 2, BatchSize = 2 });
        var options = new FineTuningOptions { Freeze = FreezePoint.From("final.conv"), Epochs = 1, Undecodable = policy };
        if (policy == UndecodableImages.Throw)
        {
            await scope.RefusedAsync<ImageDecodeException>(() => learner.FineTuning(options).FitAsync(dataset, progress), changed);
        }
        else
        {
            using var classifier = await learner.FineTuning(options).FitAsync(dataset, progress);
            Assert.Equal(58, classifier.Training!.TrainingImages);
            Assert.Equal(2, classifier.Training.SkippedImages.Count);
            Assert.Contains(changed, classifier.Training.SkippedImages[0], StringComparison.Ordinal);
            Assert.Contains(removed, classifier.Training.SkippedImages[1], StringComparison.Ordinal);
        }

        Assert.True(spoilt);
        await File.WriteAllBytesAsync(removed, content);
    }

    /// <summary>The image with another side; as a PNG for a quality of 0.</summary>
    private static byte[] SavedAnew(byte[] image, int side, int quality)
    {
        using var bitmap = SKBitmap.Decode(image);
        using var resized = bitmap.Resize(new SKImageInfo(side, side), SKFilterQuality.High);
        using var data = resized.Encode(quality == 0 ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, quality == 0 ? 100 : quality);
        return data.ToArray();
    }

    private static void TwoClasses(FaultScope scope)
    {
        Class(scope, "circle", 0, 4);
        Class(scope, "square", 1, 4);
    }

    private static void Class(FaultScope scope, string folder, int label, int count, int seed = 0)
    {
        for (int i = 0; i < count; i++)
            scope.Put(FormattableString.Invariant($"{folder}/{i}.jpg"), DrawnImages.Encode(label, seed + i));
    }
}
