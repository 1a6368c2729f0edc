using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>Images without labels: the same ones, whether they are listed at once or one by one.</summary>
public sealed class ImageFilesTests
{
    [Fact]
    public void Enumerating_gives_the_same_images_and_unusable_files_with_their_problem()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 2, seed: 1);
        Directory.CreateDirectory(folder.File(".hidden"));
        File.WriteAllBytes(folder.File(".hidden/a.jpg"), DrawnImages.Encode(0, 1));
        File.WriteAllBytes(folder.File("no extension"), DrawnImages.Encode(0, 1));
        File.WriteAllText(folder.File("text.txt"), "passed over");
        File.WriteAllText(folder.File("text.jpg"), "no image");
        File.WriteAllBytes(folder.File("empty.png"), []);
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(folder.File("loop"), folder.Path);
            File.CreateSymbolicLink(folder.File("nowhere.jpg"), folder.File("missing"));
        }

        var files = ImageFiles.Enumerate(folder.Path).ToList();
        Assert.Equal(
            ImageFiles.Find(folder.Path).Order(StringComparer.Ordinal),
            files.Where(file => file.Problem is null).Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Contains(files, file => file is { RelativePath: "circle/001.jpg", Problem: null });
        string[] spoilt = OperatingSystem.IsWindows() ? ["empty.png", "text.jpg"] : ["empty.png", "loop", "nowhere.jpg", "text.jpg"];
        Assert.Equal(spoilt, files.Where(file => file.Problem is not null).Select(file => file.RelativePath).Order(StringComparer.Ordinal));
        Assert.All(
            files.Where(file => file.Problem is not null), file => Assert.Contains(file.Path, file.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_are_not_selected_are_not_opened()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 1, seed: 1);
        using var locked = new FileStream(folder.File("locked.jpg"), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        locked.WriteByte(1);
        locked.Flush();
        Assert.Contains(ImageFiles.Enumerate(folder.Path), file => file is { RelativePath: "locked.jpg", Problem: not null });
        var chosen = ImageFiles.Enumerate(folder.Path, path => path != "locked.jpg").ToList();
        Assert.Equal(3, chosen.Count);
        Assert.All(chosen, file => Assert.Null(file.Problem));
    }

    [Fact]
    public void A_missing_folder_is_an_error_before_enumerating()
    {
        Assert.Throws<DatasetException>(() => ImageFiles.Enumerate("no such folder"));
        Assert.Throws<DatasetException>(() => ImageFiles.Find("no such folder"));
    }
}
