using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>Which images of a folder the studio has, and with which classes.</summary>
public sealed class FolderIndexTests
{
    private const string Split = "train/cat/0.png train/cat/1.png train/dog/0.png train/dog/1.png";

    [Theory]
    [InlineData("beside the class folders", "cat/0.png cat/1.png dog/0.png dog/1.png", "new.png IMG_2.PNG")]
    [InlineData("a folder that says so", "cat/0.png cat/1.png dog/0.png dog/1.png", "unlabeled/a.png unlabeled/deep/b.png")]
    [InlineData("a test set without classes", Split, "test/1.png test/2.png")]
    [InlineData("beside those of a split", Split, "train/late.png train/later.png")]
    [InlineData("no classes at all", "", "a.png more/b.png")]
    public async Task Images_that_nothing_gives_a_class_are_there_to_be_labelled(string kind, string labelled, string unlabelled)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(kind);
        using var folder = new TemporaryFolder();
        int number = 0;
        foreach (string path in labelled.Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(unlabelled.Split(' ')))
        {
            string file = folder.File(path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, TestImages.Draw(number++), TestContext.Current.CancellationToken);
        }

        var found = await new FolderIndex(ProjectFolder.Open(folder.Path)).ReadAsync(
            new CatalogSnapshot([], []), null, TestContext.Current.CancellationToken);

        Assert.Equal(
            unlabelled.Split(' ').Order(StringComparer.Ordinal),
            found.New.Where(image => image.Class is null).Select(image => image.Path).Order(StringComparer.Ordinal));
        Assert.Equal(number, found.New.Count);
        Assert.All(
            found.New.Where(image => image.Class is not null),
            image => Assert.Contains($"{image.Class}/", image.Path, StringComparison.Ordinal));
        if (labelled.Length == 0)
            return;
        Assert.Contains("Without a class, to be labelled here: 2 images.", found.Notes);
        Assert.DoesNotContain(found.Notes, note => note.Contains("they are left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_check_finds_about_the_labels_of_now_is_not_said_about_the_folder_as_well()
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteClasses(folder.Path, 3, "cat", "dog");
        File.Copy(folder.File("cat/0.png"), folder.File("dog/copy.png"));

        var found = await new FolderIndex(ProjectFolder.Open(folder.Path)).ReadAsync(
            new CatalogSnapshot([], []), null, TestContext.Current.CancellationToken);

        Assert.Equal(7, found.New.Count);
        Assert.DoesNotContain(found.Notes, note => note.Contains("copy.png", StringComparison.Ordinal));
    }
}
