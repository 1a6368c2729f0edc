using System.Text;
using System.Text.Json;
using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data.Published;

/// <summary>Every dataset of the catalog, from one table: its facts, and its layout on a small archive of the same form.</summary>
public sealed class DatasetCatalogTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    /// <summary>
    /// Some members of the real archives (by archive, in their order), and the files that become of them. Datasets of raw pixels are tested
    /// by <see cref="PublishedPixelsTests"/>.
    /// </summary>
    public static TheoryData<string, string[][], string[]> Layouts => new()
    {
        { "tf-flowers", [["flower_photos/LICENSE.txt", "flower_photos/daisy/1_n.jpg", "flower_photos/roses/2.jpg"]],
            ["daisy/1_n.jpg", "roses/2.jpg"] },
        { "cats-vs-dogs", [["readme.txt", "PetImages/Cat/0.jpg", "PetImages/Cat/Thumbs.db", "PetImages/Dog/0.jpg"]],
            ["Cat/0.jpg", "Dog/0.jpg"] },
        { "oxford-iiit-pet",
            [["images/Abyssinian_1.jpg", "images/Abyssinian_1.mat", "images/saint_bernard_12.jpg", "images/saint_bernard_13.jpg",
              "images/pug_9.jpg"],
             ["annotations/trainval.txt|#Image\nAbyssinian_1 1 1 1\nsaint_bernard_12 2 2 1\n",
              "annotations/test.txt|saint_bernard_13 2 2 1\n"]],
            ["test/saint_bernard/saint_bernard_13.jpg", "train/Abyssinian/Abyssinian_1.jpg", "train/saint_bernard/saint_bernard_12.jpg"] },
        { "food-101",
            [["food-101/images/pizza/1.jpg", "food-101/images/apple_pie/2.jpg", "food-101/meta/train.json|{\"pizza\":[\"pizza/1\"]}",
              "food-101/meta/test.json|{\"apple_pie\":[\"apple_pie/2\"],\"pizza\":[]}"]],
            ["test/apple_pie/2.jpg", "train/pizza/1.jpg"] },
        { "caltech-256", [["256_ObjectCategories/001.ak47/001_0001.jpg", "256_ObjectCategories/257.clutter/257_0001.jpg"]],
            ["ak47/001_0001.jpg", "clutter/257_0001.jpg"] },
        { "dtd",
            [["dtd/images/banded/banded_0002.jpg", "dtd/images/dotted/dotted_0001.jpg", "dtd/images/dotted/dotted_0009.jpg",
              "dtd/labels/train1.txt|banded/banded_0002.jpg\r\n", "dtd/labels/val1.txt|dotted/dotted_0001.jpg\n",
              "dtd/labels/test1.txt|dotted/dotted_0009.jpg", "dtd/labels/train2.txt|dotted/dotted_0009.jpg"]],
            ["test/dotted/dotted_0009.jpg", "train/banded/banded_0002.jpg", "valid/dotted/dotted_0001.jpg"] },
        { "eurosat", [["2750/Forest/Forest_1.jpg", "2750/SeaLake/SeaLake_1.jpg"]], ["Forest/Forest_1.jpg", "SeaLake/SeaLake_1.jpg"] },
        { "beans", [["train/healthy/1.jpg"], ["validation/healthy/2.jpg"], ["test/bean_rust/3.jpg", "__MACOSX/test/bean_rust/._3.jpg"]],
            ["test/bean_rust/3.jpg", "train/healthy/1.jpg", "valid/healthy/2.jpg"] },
        { "imagenette2-160",
            [["imagenette2-160/train/n01440764/1.JPEG", "imagenette2-160/val/n03394916/2.JPEG", "imagenette2-160/noisy.csv"]],
            ["train/tench/1.JPEG", "valid/French horn/2.JPEG"] },
        { "imagenette2-320", [["imagenette2-320/val/n03888257/2.JPEG"]], ["valid/parachute/2.JPEG"] },
        { "imagenette2", [["imagenette2/train/n03000684/1.JPEG"]], ["train/chain saw/1.JPEG"] },
        { "hymenoptera", [["hymenoptera_data/train/ants/0.jpg", "hymenoptera_data/val/bees/1.jpg", "hymenoptera_data/train/ants/x.gif"]],
            ["train/ants/0.jpg", "valid/bees/1.jpg"] },
        { "rock-paper-scissors", [["rps/rock/r.png"], ["rps-test-set/paper/p.png"]], ["test/paper/p.png", "train/rock/r.png"] },
        { "horses-or-humans", [["horses/h1.png"], ["humans/m1.png"]], ["test/humans/m1.png", "train/horses/h1.png"] },
        { "malaria", [["cell_images/Parasitized/a.png", "cell_images/Uninfected/b.png", "cell_images/Uninfected/Thumbs.db"]],
            ["Parasitized/a.png", "Uninfected/b.png"] },
        { "plant-village", [["Plant_leave/Pepper,_bell___healthy/image (1).JPG", "Plant_leave/Background_without_leaves/image (2).jpg"]],
            ["Pepper,_bell___healthy/image (1).JPG"] },
    };

    public static TheoryData<string> Names => [.. Datasets.All.Select(dataset => dataset.Name)];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task An_archive_in_its_layout_becomes_class_folders_with_official_splits(
        string name, string[][] members, string[] expected)
    {
        var dataset = Datasets.Find(name);
        Assert.Equal(dataset.Files.Count, members.Length);
        var archives = dataset.Files.Zip(members, (file, paths) => (
            file.FileName,
            PublishedArchives.Pack(
                file.FileName,
                [
                    .. paths.SelectMany(path => path.Split('|') is [var list, var text]
                        ? [(list, Encoding.UTF8.GetBytes(text))]
                        : PublishedArchives.Files(path)),
                ])));
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var small = PublishedArchives.On(
            server, dataset.Layout, [.. archives.Zip(dataset.Parts, (archive, part) => (archive.FileName, archive.Item2, part))]);

        string folder = await small.FetchAsync(_fixture.Options);

        Assert.Equal(expected.Order(StringComparer.Ordinal), PublishedArchives.Listing(folder));
    }

    [Fact]
    public void Every_layout_is_tested()
    {
        string[] raw = [.. Datasets.All.Where(dataset => dataset.Layout.Images != DatasetImages.Files).Select(dataset => dataset.Name)];
        Assert.Equal(
            Datasets.All.Select(dataset => dataset.Name).Order(StringComparer.Ordinal),
            Layouts.Select(row => row.Data.Item1).Concat(raw).Append("caltech-101").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_is_complete_and_has_its_own_property(string name)
    {
        var dataset = Datasets.Find(name);
        Assert.Equal(dataset, Datasets.Find(name.Replace('-', '_').ToUpperInvariant()));
        Assert.InRange(dataset.ClassCount, 2, 1000);
        Assert.NotEmpty(dataset.Files);
        Assert.Equal(dataset.Files.Count, dataset.Parts.Count);
        Assert.Equal(dataset.Files.Count, dataset.Files.Select(file => file.FileName).Distinct().Count());
        Assert.All(dataset.Files, file => Assert.NotEmpty(file.Addresses));
        if (dataset.Layout.Names.Count > 0 && dataset.Layout.Images != DatasetImages.Files)
            Assert.Equal(dataset.ClassCount, dataset.Layout.Names.Count);
        Assert.Equal(
            dataset.Layout.Names.Count, dataset.Layout.Names.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var properties = typeof(Datasets).GetProperties().Where(property => property.PropertyType == typeof(NamedDataset));
        Assert.Single(properties, property => dataset.Equals(property.GetValue(null)));
        Assert.Equal(Datasets.All.Count, properties.Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_are_those_of_the_list_of_facts(string name)
    {
        string[][] rows = [.. File.ReadAllLines(TestData.Require("catalog/datasets.tsv")).Skip(1).Select(line => line.Split('\t'))];
        var facts = rows
            .Select(row =>
                (Classes: row[1], Files: JsonDocument.Parse(row[5]).RootElement))
            .ToList();
        foreach (var file in Datasets.Find(name).Files)
        {
            var fact = facts.SelectMany(each => each.Files.EnumerateArray())
                .First(each => each.GetProperty("sha256").GetString() == file.Sha256);
            Assert.Equal(fact.GetProperty("bytes").GetInt64(), file.Bytes);
            Assert.Equal(
                [
                    fact.GetProperty("url").GetString()!,
                    .. fact.GetProperty("mirrors").EnumerateArray().Select(mirror => mirror.GetString()!),
                ],
                file.Addresses.Select(address => address.OriginalString));
        }
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest()
    {
        var error = Assert.Throws<ArgumentException>(() => Datasets.Find("oxford-pet"));
        Assert.Contains("Did you mean 'oxford-iiit-pet'?", error.Message, StringComparison.Ordinal);
    }
}
