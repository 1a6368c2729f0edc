using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>
/// What a saved pipeline computes. The loaded chain prepares images with the same code and runs the same network, one image at a time
/// instead of a batch; single precision rounds sums differently then, by about one part in a million of the largest summand.
/// </summary>
public sealed class SavedFeaturizerTests(DrawnExample example)
{
    private const double Tolerance = 1e-4;

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public async Task A_fresh_process_that_names_no_type_of_the_library_gives_equal_features()
    {
        using var folder = new TemporaryFolder();
        var images = example.Dataset.Test.ToArray();
        var view = ImageRows.Paths(_ml, images);
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(view);
        float[][] expected = ImageRows.Vectors(transformer.Transform(view), "Features");
        _ml.Model.Save(transformer, view.Schema, folder.File("model.zip"));

        string[] arguments = [folder.File("model.zip"), "Features", folder.File("result.txt"), .. images.Select(image => image.Path)];
        using var process = ChildProcess.StartHost("TransferLearning.MLNet.TestHost.dll", new Dictionary<string, string?>(), arguments);
        Assert.Equal((0, string.Empty), await process.EndAsync());
        Assert.InRange(ImageRows.Difference(expected, ImageRows.ReadVectors(folder.File("result.txt"))), 0, Tolerance);
    }

    [Theory]
    [InlineData("Contents")]
    [InlineData("Images")]
    public void Images_in_memory_have_equal_features_after_loading(string kind)
    {
        var images = example.Dataset.Test.Take(4).ToArray();
        var view = kind == "Contents" ? ImageRows.Contents(_ml, images) : ImageRows.Images(_ml, images);
        CompareLoaded(Backbones.TinyResNet, view, "Image");
    }

    [Theory]
    [InlineData(ImageResizeMode.Pad, ChannelOrder.Rgb)]
    [InlineData(ImageResizeMode.Pad, ChannelOrder.Bgr)]
    [InlineData(ImageResizeMode.Squash, ChannelOrder.Bgr)]
    [InlineData(ImageResizeMode.ShortestSide, ChannelOrder.Bgr)]
    public void Every_preprocessing_is_kept(ImageResizeMode resize, ChannelOrder order)
    {
        using var folder = new TemporaryFolder();
        var image = new LabeledImage(folder.File("wide.jpg"), 0);
        File.WriteAllBytes(image.Path, WideImage());
        var backbone = Backbones.TinyResNet with
        {
            Preprocessing = Backbones.TinyResNet.Preprocessing with
            {
                Resize = resize, ChannelOrder = order, Interpolation = ImageInterpolation.Bicubic,
            },
        };
        CompareLoaded(backbone, ImageRows.Paths(_ml, [image, .. example.Dataset.Test.Take(2)]), "ImagePath");
    }

    [Fact]
    public void A_loaded_model_keeps_the_columns_and_their_types()
    {
        var view = ImageRows.Paths(_ml, example.Dataset.Test.Take(2));
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(view);
        var loaded = Reload(transformer, view.Schema, out var schema);
        Assert.Equal(view.Schema.Select(column => (column.Name, column.Type)), schema.Select(column => (column.Name, column.Type)));
        Assert.Equal(Columns(transformer.Transform(view)), Columns(loaded.Transform(view)));
        (loaded as IDisposable)?.Dispose();
    }

    [Fact]
    public void A_loaded_model_refuses_damaged_images_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("text.jpg"), "no image");
        var view = ImageRows.Paths(_ml, [new LabeledImage(folder.File("text.jpg"), 0)]);
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features").Fit(view);
        var loaded = Reload(transformer, view.Schema, out _);
        var error = Assert.ThrowsAny<Exception>(() => ImageRows.Vectors(loaded.Transform(view), "Features"));
        Assert.Contains("text.jpg", error.ToString(), StringComparison.Ordinal);
        (loaded as IDisposable)?.Dispose();
    }

    private static (string, DataViewType)[] Columns(IDataView view) =>
        [.. view.Schema.Where(column => !column.IsHidden).Select(column => (column.Name, column.Type))];

    /// <summary>Twice as wide as high, so that the ways to resize differ.</summary>
    private static byte[] WideImage()
    {
        using var bitmap = new SkiaSharp.SKBitmap(300, 150);
        for (int x = 0; x < 300; x++)
        {
            for (int y = 0; y < 150; y++)
                bitmap.SetPixel(x, y, new SkiaSharp.SKColor((byte)(x * 255 / 299), (byte)(y * 255 / 149), (byte)((x + y) % 256)));
        }

        using var data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 92);
        return data.ToArray();
    }

    private void CompareLoaded(Backbone backbone, IDataView view, string column)
    {
        using var transformer = _ml.TransferLearning.FeaturizeImages("Features", column, backbone).Fit(view);
        float[][] expected = ImageRows.Vectors(transformer.Transform(view), "Features");
        var loaded = Reload(transformer, view.Schema, out _);
        Assert.InRange(ImageRows.Difference(expected, ImageRows.Vectors(loaded.Transform(view), "Features")), 0, Tolerance);
        (loaded as IDisposable)?.Dispose();
    }

    private ITransformer Reload(ITransformer transformer, DataViewSchema input, out DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, input, stream);
        stream.Position = 0;
        return new MLContext(seed: 1).Model.Load(stream, out schema);
    }
}
