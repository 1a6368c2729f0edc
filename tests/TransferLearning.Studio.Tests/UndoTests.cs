using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>The journal of steps, and the keys of classes.</summary>
public sealed class UndoTests
{
    [Fact]
    public void A_step_is_undone_by_its_key_only_while_it_is_the_last_one_and_keys_are_not_given_again()
    {
        using var folder = new TemporaryFolder();
        using var catalog = new ImageCatalog(folder.File("studio.db"));
        var images = catalog.Add(count => $"{count} images added", [Image("a.png"), Image("b.png")]);
        long first = Exclude(catalog, images[0]), second = Exclude(catalog, images[1]);
        Assert.Null(catalog.Undo(only: first));
        Assert.True(catalog.Holds(first));
        Assert.Equal("excluded b.png", catalog.Undo(only: second));
        Assert.Null(catalog.Undo(only: second));
        Assert.False(catalog.Holds(second));
        // A step takes the place of one that was undone, but not its key.
        Assert.True(Exclude(catalog, images[1]) > second);
        Assert.Null(catalog.Undo(only: second));
        Assert.Equal(0, Exclude(catalog, images[1]));
    }

    [Fact]
    public void A_kept_label_holds_for_its_class_until_it_is_undone_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("studio.db");
        CheckItem item;
        using (var catalog = new ImageCatalog(file))
        {
            int cat = catalog.ClassNamed("cat").Id, dog = catalog.ClassNamed("dog").Id;
            var image = catalog.Add(count => "added", [Image("a.png", cat)])[0];
            item = new CheckItem
            {
                Kind = CheckKind.WrongLabel, Severity = FindingSeverity.Warning, Message = "", Images = [image.Id], Labelled = cat,
                Suggested = dog,
            };
            Assert.Single(item.Open(catalog.Now));
            Assert.NotEqual(0, catalog.Keep("kept", [image.Id]));
            Assert.Equal(0, catalog.Keep("kept", [image.Id]));
            Assert.Empty(item.Open(catalog.Now));
        }

        using var again = new ImageCatalog(file);
        Assert.Empty(item.Open(again.Now));
        Assert.Equal("kept", again.Undo());
        Assert.Single(item.Open(again.Now));
        Assert.Equal("kept", again.Undo(redo: true));
        Assert.Empty(item.Open(again.Now));
    }

    [Theory]
    [InlineData("cat dog", "1 2", "0")]
    [InlineData("0 1 7", "0 1 7", null)]
    [InlineData("1 2 10", "1 2 3", "0")]
    [InlineData("a b c d e f g h i j", "1 2 3 4 5 6 7 8 9 -", "0")]
    public void Classes_have_keys_in_their_order_or_their_own_digits(string names, string keys, string? none)
    {
        ImageClass[] classes = [.. names.Split(' ').Select((name, place) => new ImageClass(place + 1, name))];
        Assert.Equal(keys.Split(' '), classes.Select((_, place) => ClassKeys.Of(classes, place) ?? "-"));
        Assert.Equal(none, ClassKeys.OfNone(classes));
        for (int place = 0; place < classes.Length; place++)
        {
            if (ClassKeys.Of(classes, place) is { } key)
                Assert.Same(classes[place], ClassKeys.Find(classes, key));
        }
    }

    private static long Exclude(ImageCatalog catalog, ImageEntry image) => catalog.Change(
        $"excluded {image.Path}", [image.Id], known => known.Marks with { State = ImageState.Excluded });

    private static ImageEntry Image(string path, int? label = null) => new()
    {
        Id = 0, Path = path, IsAdded = true, Bytes = 1, ModifiedTicks = 1, Hash = ContentId.Of([1, 2, 3]),
        Marks = new ImageMarks(label, Split.Train, ImageState.Used),
    };
}
