using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.MLNet;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>What the transformer computes while it is in memory.</summary>
public sealed class FeaturizeImagesTests(DrawnExample example)
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public async Task The_features_of_paths_are_those_of_the_library_in_the_order_of_the_rows()
    {
        var images = example.Dataset.Train.ToArray();
        var network = (await Backbones.TinyResNet.LoadAsync()).WithoutTop();
        using var extractor = new FeatureExtractor(network, Backbones.TinyResNet.Preprocessing);
        var expected = await extractor.ExtractAsync([.. images.Select(image => image.Path)]);

        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(ImageRows.Paths(_ml, images));
        var view = transformer.Transform(ImageRows.Paths(_ml, images));

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 512), view.Schema["Features"].Type);
        Assert.Equal(Enumerable.Range(0, images.Length), view.GetColumn<int>("Number"));
        float[][] features = ImageRows.Vectors(view, "Features");
        Assert.All(features.Index(), row => Assert.Equal(expected[row.Index].ToArray(), row.Item));
    }

    [Fact]
    public void Paths_contents_and_images_of_one_image_have_the_same_features()
    {
        var images = example.Dataset.Test.Take(5).ToArray();
        float[][] paths = Featurize(ImageRows.Paths(_ml, images), "ImagePath");
        Assert.Equal(paths, Featurize(ImageRows.Contents(_ml, images), "Image"));

        // ML.NET decodes with Skia, whose pixels differ from those of the library's own reader by rounding.
        float[][] decoded = Featurize(ImageRows.Images(_ml, images), "Image");
        foreach (var (path, image) in paths.Zip(decoded))
            Assert.InRange(TensorPrimitives.CosineSimilarity(path, image), 0.9999, 1.00001);
    }

    [Fact]
    public void A_transparent_image_is_put_on_white()
    {
        byte[] half = [.. Enumerable.Repeat<byte[]>([60, 30, 10, 128], 96 * 96).SelectMany(pixel => pixel)];
        byte[] onWhite = [.. Enumerable.Repeat<byte[]>([60 + 127, 30 + 127, 10 + 127, 255], 96 * 96).SelectMany(pixel => pixel)];
        float[][] features = Featurize(
            _ml.Data.LoadFromEnumerable<ImageRows.ImageRow>(
            [
                new() { Image = MLImage.CreateFromPixels(96, 96, MLPixelFormat.Rgba32, half) },
                new() { Image = MLImage.CreateFromPixels(96, 96, MLPixelFormat.Rgba32, onWhite) },
            ]),
            "Image");
        Assert.Equal(features[1], features[0]);
    }

    [Fact]
    public void Nothing_is_computed_until_a_cursor_asks_for_the_new_column()
    {
        var missing = _ml.Data.LoadFromEnumerable<ImageRows.PathRow>([new() { Number = 7, ImagePath = "no-such-image.jpg" }]);
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(missing);
        var view = transformer.Transform(missing);
        Assert.Equal([7], view.GetColumn<int>("Number"));
        Assert.Equal(1, view.Preview(maxRows: 0).Schema.Count - missing.Schema.Count);
        var error = Assert.Throws<ImageDecodeException>(() => ImageRows.Vectors(view, "Features"));
        Assert.Contains("no-such-image.jpg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_columns_that_are_needed_are_read_and_not_far_ahead()
    {
        int read = 0;
        var paths = example.Dataset.All.Paths;
        var endless = Enumerable.Range(0, int.MaxValue).Select(index =>
        {
            Interlocked.Increment(ref read);
            return new ImageRows.PathRow { Number = index, ImagePath = paths[index % paths.Count] };
        });
        var options = new ImageFeaturizationOptions { Execution = new ExecutionOptions { Threads = 2, BatchSize = 2 } };
        var rows = _ml.Data.LoadFromEnumerable(endless);
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features", options: options).Fit(rows);
        var view = transformer.Transform(rows);
        using (var cursor = view.GetRowCursor([view.Schema["Features"], view.Schema["Number"]]))
        {
            Assert.False(cursor.IsColumnActive(view.Schema["Label"]));
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]));
            var getNumber = cursor.GetGetter<int>(view.Schema["Number"]);
            for (int row = 0; row < 20; row++)
            {
                Assert.True(cursor.MoveNext());
                Assert.Equal(row, cursor.Position);
                int number = 0;
                getNumber(ref number);
                Assert.Equal(row, number);
            }
        }

        Assert.InRange(read, 20, 20 + (4 * 2 * 2) + 1);
    }

    [Fact]
    public void Rows_that_are_shuffled_keep_their_features()
    {
        var images = example.Dataset.Train.Take(12).ToArray();
        var straight = ImageRows.Paths(_ml, images);
        float[][] expected = Featurize(straight, "ImagePath");
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(straight);
        var view = transformer.Transform(_ml.Data.ShuffleRows(straight));
        int[] numbers = [.. view.GetColumn<int>("Number")];
        var rows = _ml.Data.CreateEnumerable<NumberedFeatures>(view, reuseRowObject: false).ToArray();
        Assert.Equal(Enumerable.Range(0, 12), numbers.Order());
        Assert.All(rows, row => Assert.Equal(expected[row.Number], row.Features));
    }

    [Fact]
    public void A_prediction_engine_gives_the_same_features_from_many_threads_with_one_engine_each()
    {
        var images = example.Dataset.Test.Take(6).ToArray();
        var view = ImageRows.Paths(_ml, images);
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(view);
        float[][] expected = ImageRows.Vectors(transformer.Transform(view), "Features");
        Parallel.For(0, 4, _ =>
        {
            // What PredictionEnginePool does: an engine for each thread over one model, which none of them owns.
            using var engine = _ml.Model.CreatePredictionEngine<ImageRows.PathRow, ImageRows.FeaturesRow>(
                transformer, new PredictionEngineOptions { OwnsTransformer = false });
            float[][] single = [.. images.Select(image => engine.Predict(new() { ImagePath = image.Path }).Features)];
            Assert.InRange(ImageRows.Difference(expected, single), 0, 1e-4);
        });
    }

    [Fact]
    public void A_disposed_transformer_says_so_and_a_disposed_engine_disposes_it()
    {
        var view = ImageRows.Paths(_ml, example.Dataset.Test.Take(1));
        var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(view);
        using (var engine = _ml.Model.CreatePredictionEngine<ImageRows.PathRow, ImageRows.FeaturesRow>(transformer))
            Assert.Equal(512, engine.Predict(new() { ImagePath = example.Dataset.Test[0].Path }).Features.Length);
        Assert.Throws<ObjectDisposedException>(() => ImageRows.Vectors(transformer.Transform(view), "Features"));
        transformer.Dispose();
    }

    [Fact]
    public void A_cursor_that_is_under_way_finishes_after_its_transformer_is_disposed_and_two_do_not_disturb_each_other()
    {
        var view = ImageRows.Paths(_ml, example.Dataset.All);
        var options = new ImageFeaturizationOptions { Execution = new() { Threads = 2, BatchSize = 1 } };
        var transformer = _ml.TransferLearning.FeaturizeImages("Features", options: options).Fit(view);
        var output = transformer.Transform(view);
        float[][] expected = ImageRows.Vectors(output, "Features");
        using var first = output.GetRowCursor([output.Schema["Features"]]);
        using var second = output.GetRowCursor([output.Schema["Features"]]);
        Assert.True(first.MoveNext() && second.MoveNext());
        transformer.Dispose();
        var getFirst = first.GetGetter<VBuffer<float>>(output.Schema["Features"]);
        var getSecond = second.GetGetter<VBuffer<float>>(output.Schema["Features"]);
        VBuffer<float> one = default, two = default;
        int row = 0;
        do
        {
            getFirst(ref one);
            getSecond(ref two);
            Assert.Equal(expected[row], one.DenseValues());
            Assert.Equal(expected[row++], two.DenseValues());
        }
        while (first.MoveNext() && second.MoveNext());
        Assert.Equal(example.Dataset.All.Count, row);
        Assert.Throws<ObjectDisposedException>(() => ImageRows.Vectors(output, "Features"));
    }

    [Fact]
    public void Wrong_columns_and_options_are_refused_by_name()
    {
        var view = ImageRows.Paths(_ml, example.Dataset.Test.Take(1));
        var missing = Assert.Throws<ArgumentException>(() => _ml.TransferLearning.FeaturizeImages("Features", "Image").Fit(view));
        Assert.Contains("'Image'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("'ImagePath'", missing.Message, StringComparison.Ordinal);
        var wrong = Assert.Throws<ArgumentException>(() => _ml.TransferLearning.FeaturizeImages("Features", "Number").Fit(view));
        Assert.Contains("'Number'", wrong.Message, StringComparison.Ordinal);

        // A chain checks all of its steps before it fits the first.
        var inChain = Assert.Throws<ArgumentException>(() => _ml.Transforms.CopyColumns("Copy", "Number")
            .Append(_ml.TransferLearning.FeaturizeImages("Features", "Copy")).Fit(view));
        Assert.Contains("'Copy'", inChain.Message, StringComparison.Ordinal);
        var options = Assert.Throws<ArgumentException>(() => _ml.TransferLearning.FeaturizeImages(
            "Features", options: new() { Pooling = (FeaturePooling)9, Execution = new() { Threads = 0, BatchSize = 0 } }));
        Assert.Contains("Pooling", options.Message, StringComparison.Ordinal);
        Assert.Contains("Threads", options.Message, StringComparison.Ordinal);
        Assert.Contains("BatchSize", options.Message, StringComparison.Ordinal);
    }

    private float[][] Featurize(IDataView view, string column)
    {
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features", column).Fit(view);
        return ImageRows.Vectors(transformer.Transform(view), "Features");
    }

    private sealed class NumberedFeatures
    {
        public int Number { get; set; }

        public float[] Features { get; set; } = [];
    }
}
