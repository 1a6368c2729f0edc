using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>Drawn images in the kinds of columns in which ML.NET has them.</summary>
internal static class ImageRows
{
    /// <summary>The rows of some labelled images, by path.</summary>
    public static IDataView Paths(MLContext ml, IEnumerable<LabeledImage> images) => ml.Data.LoadFromEnumerable(images
        .Select((image, index) => new PathRow { Number = index, ImagePath = image.Path, Label = DrawnImages.Classes[image.Label] })
        .ToArray());

    /// <summary>The rows of some labelled images, as the content of their files.</summary>
    public static IDataView Contents(MLContext ml, IEnumerable<LabeledImage> images) => ml.Data.LoadFromEnumerable(images
        .Select(image => new ContentRow { Image = File.ReadAllBytes(image.Path), Label = DrawnImages.Classes[image.Label] })
        .ToArray());

    /// <summary>The rows of some labelled images, decoded by ML.NET.</summary>
    public static IDataView Images(MLContext ml, IEnumerable<LabeledImage> images) =>
        ml.Transforms.LoadImages("Image", imageFolder: null, "ImagePath").Fit(Paths(ml, images)).Transform(Paths(ml, images));

    /// <summary>All rows of a vector column.</summary>
    public static float[][] Vectors(IDataView view, string column) => [.. view.GetColumn<float[]>(column)];

    /// <summary>Reads a file with one vector per line.</summary>
    public static float[][] ReadVectors(string file) =>
        [.. File.ReadLines(file).Select(line => line.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture)).ToArray())];

    /// <summary>The values of a key.</summary>
    public static string[] KeyValues(IDataView view, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        view.Schema[column].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    /// <summary>The largest difference of two matrices.</summary>
    public static double Difference(float[][] a, float[][] b)
    {
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b).Max(rows =>
        {
            Assert.Equal(rows.First.Length, rows.Second.Length);
            return rows.First.Zip(rows.Second).Max(pair => Math.Abs((double)pair.First - pair.Second));
        });
    }

    /// <summary>An image by its path.</summary>
    internal sealed class PathRow
    {
        public int Number { get; set; }

        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }

    /// <summary>The content of an image file.</summary>
    internal sealed class ContentRow
    {
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    /// <summary>A decoded image.</summary>
    internal sealed class ImageRow
    {
        [ImageType(96, 96)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = string.Empty;
    }

    /// <summary>What a featurizer gives.</summary>
    internal sealed class FeaturesRow
    {
        public float[] Features { get; set; } = [];
    }

    /// <summary>What a classifier gives.</summary>
    internal sealed class PredictionRow
    {
        public string PredictedLabelText { get; set; } = string.Empty;

        public float[] Score { get; set; } = [];

        public string[] TopLabels { get; set; } = [];

        public float[] TopProbabilities { get; set; } = [];
    }
}
