using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

public sealed class ImageDatasetFaultTests
{
    private static readonly ImageFolderOptions NoSplit = new() { ValidationFraction = 0 };

    [Fact]
    public void Empty_files_and_files_that_are_not_images_are_listed_and_left_out()
    {
        using var folder = TwoClasses()
            .Add("cat/empty.jpg", [])
            .Add("cat/text.PNG", "just text"u8.ToArray())
            .Add("cat/scan.tif", "II*\0abcdefghijklmnop"u8.ToArray())
            .Add("cat/notes.txt", "not reported"u8.ToArray())
            .Add("cat/.DS_Store", "not reported"u8.ToArray())
            .Add("cat/empty.txt", []);
        var dataset = folder.Read(NoSplit);
        Assert.Equal([3, 3], dataset.Train.ClassCounts);
        Assert.Equal(
            [
                (DatasetProblemKind.EmptyFile, folder.Full("cat/empty.jpg")),
                (DatasetProblemKind.UnsupportedFormat, folder.Full("cat/scan.tif")),
                (DatasetProblemKind.UnsupportedFormat, folder.Full("cat/text.PNG")),
            ],
            dataset.Problems.Select(problem => (problem.Kind, problem.Path)));
        Assert.Contains("TIFF", dataset.Problems[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.svg", "<?xml version=\"1.0\"?><svg xmlns=", "an SVG drawing; convert it to PNG, for instance with 'rsvg-convert")]
    [InlineData("a.jpg", "<!DOCTYPE html><html>404", "an HTML page; it is probably an error page")]
    [InlineData("a.png", "version https://git-lfs.github.com/spec/v1", "fetch the image with 'git lfs pull'")]
    [InlineData("a.heif", "\0\0\0\u001cftypmif1", "let the phone save \"most compatible\"")]
    [InlineData("a.CR3", "\0\0\0\u0018ftypcrx ", "a camera raw image; convert it to JPEG, for instance with 'darktable-cli")]
    [InlineData("a.ARW", "II*\0", "a camera raw image; convert it")]
    [InlineData("a.jp2", "\0\0\0\u000cjP  \r\n", "a JPEG 2000 image; convert it to PNG, for instance with 'opj_decompress")]
    [InlineData("a.jxl", "\0\0\0\u000cJXL \r\n", "a JPEG XL image; convert it to JPEG, for instance with 'djxl")]
    [InlineData("a.dcm", "\0\0\0\0\0\0\0\0", "a DICOM image; convert it to PNG, for instance with 'dcm2img")]
    [InlineData("a.tga", "\0\0\u0002\0\0\0\0", "probably a TGA image; convert it to PNG")]
    [InlineData("a.jpg", "%PDF-1.7\n", "a PDF document; save its pages as images")]
    [InlineData("a.jpg", "\0\0\0\0\0\0\0\0", "of an unknown format; it is left out")]
    public void A_file_of_a_format_that_is_not_decoded_is_left_out_with_the_way_to_convert_it(string name, string start, string said)
    {
        using var folder = TwoClasses().Add($"cat/{name}", [.. start.Select(sign => (byte)sign), .. new byte[40]]);
        var problem = Assert.Single(folder.Read(NoSplit).Problems);
        Assert.Equal(DatasetProblemKind.UnsupportedFormat, problem.Kind);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_is_recognised_by_content_not_by_extension()
    {
        using var folder = TwoClasses().Add("cat/image.dat", DatasetFolder.Image("dat")).Add("cat/image", DatasetFolder.Image("none"));
        Assert.Equal([5, 3], folder.Read(NoSplit).Train.ClassCounts);
    }

    [Fact]
    public void Loose_images_and_stray_folders_are_reported()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 2).AddMany("train/dog", 2).Add("train/loose.jpg").AddMany("extra", 2);
        var problems = folder.Read(NoSplit).Problems;
        Assert.Equal([DatasetProblemKind.IgnoredFolder, DatasetProblemKind.OutsideClassFolders], problems.Select(problem => problem.Kind));
        Assert.Equal([folder.Full("extra"), folder.Full("train")], problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Hidden_folders_are_not_classes()
    {
        using var folder = TwoClasses().AddMany(".ipynb_checkpoints", 2);
        Assert.Equal(["cat", "dog"], folder.Read().Classes);
    }

    [Fact(Timeout = 20_000)]
    public async Task Link_loops_links_out_of_the_root_and_dangling_links_are_skipped_with_a_report()
    {
        using var outside = new DatasetFolder().Add("secret.jpg");
        using var folder = TwoClasses();
        Directory.CreateSymbolicLink(folder.Full("cat/loop"), folder.Path);
        Directory.CreateSymbolicLink(folder.Full("cat/away"), outside.Path);
        File.CreateSymbolicLink(folder.Full("cat/dangling.jpg"), folder.Full("absent.jpg"));
        File.CreateSymbolicLink(folder.Full("cat/self.jpg"), folder.Full("cat/self.jpg"));
        File.CreateSymbolicLink(folder.Full("cat/secret.jpg"), outside.Full("secret.jpg"));
        File.CreateSymbolicLink(folder.Full("cat/through.jpg"), "away/secret.jpg");
        File.CreateSymbolicLink(folder.Full("cat/inside.jpg"), "../dog/0000.jpg");
        Directory.CreateSymbolicLink(folder.Full("linked"), outside.Path);
        var dataset = await Task.Run(() => folder.Read(NoSplit), TestContext.Current.CancellationToken);
        Assert.Equal([4, 3], dataset.Train.ClassCounts);
        Assert.Contains(folder.Full("cat/inside.jpg"), dataset.Train.Paths);
        var links = dataset.Problems.Where(problem => problem.Kind == DatasetProblemKind.SkippedLink)
            .Select(problem => Path.GetRelativePath(folder.Path, problem.Path));
        Assert.Equal(
            ["cat/away", "cat/dangling.jpg", "cat/loop", "cat/secret.jpg", "cat/self.jpg", "cat/through.jpg", "linked"],
            links.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(links.Count(), links.Distinct().Count());
    }

    [Fact]
    public void A_root_that_is_itself_a_link_is_read()
    {
        using var folder = TwoClasses();
        using var elsewhere = new DatasetFolder();
        Directory.CreateSymbolicLink(elsewhere.Full("link"), folder.Path);
        File.CreateSymbolicLink(folder.Full("cat/inside.jpg"), folder.Full("dog/0000.jpg"));
        Assert.Equal([4, 3], ImageDataset.FromFolder(elsewhere.Full("link"), NoSplit).Train.ClassCounts);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_pipe_is_skipped_and_never_opened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs named pipes in the file system");
        using var folder = TwoClasses();
        Shell.Run($"mkfifo '{folder.Full("cat/pipe.jpg")}' '{folder.Full("dog/pipe")}'");
        var dataset = await Task.Run(() => folder.Read(NoSplit), TestContext.Current.CancellationToken);
        Assert.Equal([3, 3], dataset.Train.ClassCounts);
        Assert.Equal((DatasetProblemKind.EmptyFile, folder.Full("cat/pipe.jpg")), (dataset.Problems[0].Kind, dataset.Problems[0].Path));
    }

    [Fact]
    public void Folders_and_files_without_permission_are_skipped_with_a_report()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs Unix permissions");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "the superuser may read everything");
        using var folder = TwoClasses().AddMany("cat/locked", 2).AddMany("lockedClass", 2).Add("dog/locked.jpg");
        string[] locked = [folder.Full("cat/locked"), folder.Full("dog/locked.jpg"), folder.Full("lockedClass")];
        Shell.Run($"chmod 000 '{string.Join("' '", locked)}'");
        try
        {
            var dataset = folder.Read(NoSplit);
            Assert.Equal([3, 3], dataset.Train.ClassCounts);
            Assert.Equal(locked, dataset.Problems.Select(problem => problem.Path).Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(3, dataset.Problems.Count);
        }
        finally
        {
            Shell.Run($"chmod 700 '{string.Join("' '", locked)}'");
        }
    }

    [Fact]
    public void Names_of_emoji_right_to_left_text_and_255_bytes_are_loaded()
    {
        string[] names = ["🐈‍⬛🎉.jpg", "קטן‮gpj.jpg", "حيوان.jpg", new string('x', 251) + ".jpg", "new\nline 'quoted'.jpg"];
        using var folder = TwoClasses();
        foreach (string name in names)
            folder.Add($"cat/{name}");
        var dataset = folder.Read(NoSplit);
        Assert.Equal([3 + names.Length, 3], dataset.Train.ClassCounts);
        Assert.All(names, name => Assert.Contains(folder.Full($"cat/{name}"), dataset.Train.Paths));
        Assert.Empty(dataset.Problems);
    }

    [Fact]
    public void Names_that_are_not_valid_text_are_listed_as_left_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system that takes any bytes as names");
        using var folder = TwoClasses();
        string cat = folder.Full("cat");
        Shell.Run($"cp '{cat}/0000.jpg' \"$(printf '{cat}/bad\\377.jpg')\"; mkdir \"$(printf '{folder.Path}/bad\\377class')\"; cp " +
            $"'{cat}/0000.jpg' \"$(printf '{folder.Path}/bad\\377class/a.jpg')\"");
        var dataset = folder.Read(NoSplit);
        Shell.Run($"rm -r '{folder.Path}'/bad* '{cat}'/bad*");
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Equal([3, 3], dataset.Train.ClassCounts);
        Assert.Equal(
            [DatasetProblemKind.UnreadableFolder, DatasetProblemKind.UnreadableFile],
            dataset.Problems.Select(problem => problem.Kind));
        Assert.All(dataset.Problems, problem => Assert.Contains("not valid text", problem.Message, StringComparison.Ordinal));
    }

    private static DatasetFolder TwoClasses() => new DatasetFolder().AddMany("cat", 3).AddMany("dog", 3);
}
