using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>
/// Models that were saved before the library was split into packages (by commit 0c3ee8f) load and score as they did. The folder
/// <c>Saved</c> has the zips, the images and what the old code computed for them: features of a network of two convolutions for each kind
/// of column, and a classifier on top of them.
/// </summary>
public sealed class OldSavedModelTests
{
    /// <summary>The scores were equal to the last bit on the machine that saved them; another processor may add in another order.</summary>
    private const double Tolerance = 1e-5;

    private static readonly string[] Classes = ["dots", "plain", "stripes"];

    private static readonly string[] Images = [.. Classes.Select(name => Saved($"{name}.png"))];

    private readonly MLContext _ml = new();

    [Fact]
    public void Features_of_paths_are_the_same() => Compare("features-of-paths", "Features", Paths());

    [Fact]
    public void Features_of_bytes_are_the_same() => Compare("features-of-bytes", "Features", _ml.Data.LoadFromEnumerable(
        Images.Select(path => new ImageRows.ContentRow { Image = File.ReadAllBytes(path) }).ToArray()));

    [Fact]
    public void Features_of_images_are_the_same() => Compare("features-of-images", "Features", _ml.Data.LoadFromEnumerable(
        Images.Select(path => new ImageRow { Image = MLImage.CreateFromFile(path) }).ToArray()));

    [Fact]
    public void A_classifier_gives_the_same_columns()
    {
        var scored = Compare("classifier", "Score", Paths());
        Assert.Equal(
            ["Number", "ImagePath", "Label", "Score", "PredictedLabel", "TopLabels", "TopProbabilities"],
            scored.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
        Assert.Equal(Classes, scored.GetColumn<string>("PredictedLabel"));
        Assert.Equal([["dots", "stripes"], ["plain", "dots"], ["stripes", "dots"]], scored.GetColumn<string[]>("TopLabels"));
        float[][] best = [.. ImageRows.Vectors(scored, "Score").Select(row => row.OrderDescending().Take(2).ToArray())];
        Assert.Equal(best, ImageRows.Vectors(scored, "TopProbabilities"));
    }

    private static string Saved(string name) => Path.Combine(TestData.RepositoryRoot, "tests/TransferLearning.MLNet.Tests/Saved", name);

    private IDataView Paths() => _ml.Data.LoadFromEnumerable(Images.Select(path => new ImageRows.PathRow { ImagePath = path }).ToArray());

    private IDataView Compare(string model, string column, IDataView rows)
    {
        var scored = _ml.Model.Load(Saved($"{model}.zip"), out _).Transform(rows);
        Assert.InRange(ImageRows.Difference(ImageRows.ReadVectors(Saved($"{model}.txt")), ImageRows.Vectors(scored, column)), 0, Tolerance);
        return scored;
    }

    /// <summary>A decoded image of the size that the saved model was fitted to.</summary>
    private sealed class ImageRow
    {
        public int Number { get; set; }

        [Microsoft.ML.Transforms.Image.ImageType(24, 32)]
        public MLImage? Image { get; set; }
    }
}
