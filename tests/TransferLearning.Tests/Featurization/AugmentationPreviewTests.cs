using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

/// <summary>The sheet of random views: it shows what training sees, and is there whole or not at all.</summary>
public sealed class AugmentationPreviewTests(DrawnExample example)
{
    private const int Side = 40, Margin = 4;

    private static readonly ImagePreprocessing Target = ImagePreprocessing.ImageNet(Side);
    private static readonly AugmentedViews Views = new()
    {
        Count = 3,
        Augmentation = new ImageAugmentation { HorizontalFlip = true, Erasing = 0.5, Policy = new() },
    };

    [Fact]
    public async Task Each_row_is_an_image_as_the_network_sees_it_and_the_views_that_training_learns_from()
    {
        using var folder = new TemporaryFolder();
        var progress = new ListProgress();
        var train = example.Dataset.Train;
        var shown = await AugmentationPreview.WriteAsync(
            folder.File("sheet.png"), train, Target, Views, new AugmentationPreviewOptions { Images = 5, Seed = 9 }, progress);
        Assert.Equal(Enumerable.Range(1, 5).Select(done => new TransferProgress(TransferStage.Draw, done, 5)), progress.Values);

        int[] rows = [.. shown.Select(path => train.Paths.ToList().IndexOf(path))];
        Assert.Equal([0, 1, 2, 0, 1], rows.Select(row => train[row].Label));
        using var sheet = SKBitmap.Decode(folder.File("sheet.png"));
        Assert.Equal(((4 * (Side + Margin)) + Margin + (3 * Margin), (5 * (Side + Margin)) + Margin), (sheet.Width, sheet.Height));
        var preprocessor = new ImagePreprocessor(Target);
        float[] tensor = new float[preprocessor.TensorLength];
        for (int row = 0; row < rows.Length; row++)
        {
            byte[] file = await File.ReadAllBytesAsync(shown[row], TestContext.Current.CancellationToken);
            for (int column = 0; column <= Views.Count; column++)
            {
                if (column == 0)
                    preprocessor.Load(file, tensor);
                else
                    preprocessor.Load(new ImageBytes(file), tensor, "image", new AugmentedView(Views.Augmentation, 9, rows[row], column));
                int left = Margin + (column * (Side + Margin)) + (column > 0 ? 3 * Margin : 0), top = Margin + (row * (Side + Margin));
                for (int place = 0; place < Side * Side; place++)
                {
                    var pixel = sheet.GetPixel(left + (place % Side), top + (place / Side));
                    Assert.Equal((Level(0, place), Level(1, place), Level(2, place)), (pixel.Red, pixel.Green, pixel.Blue));
                }
            }
        }

        byte Level(int channel, int place) =>
            (byte)Math.Clamp(
                (int)MathF.Round((tensor[(channel * Side * Side) + place] * Target.StandardDeviation[channel]) + Target.Mean[channel]),
                0,
                255);
    }

    [Fact]
    public async Task An_image_that_cannot_be_decoded_is_named_and_the_former_sheet_stays()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("sheet.png"), "the former sheet", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("text.jpg"), "no image", TestContext.Current.CancellationToken);
        var images = new LabeledImageSet("train", ["a"], [new LabeledImage(folder.File("text.jpg"), 0)]);
        var error = await Assert.ThrowsAsync<ImageDecodeException>(
            () => AugmentationPreview.WriteAsync(folder.File("sheet.png"), images, Target));
        Assert.Contains("text.jpg", error.Message, StringComparison.Ordinal);
        Assert.Equal("the former sheet", await File.ReadAllTextAsync(folder.File("sheet.png"), TestContext.Current.CancellationToken));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public async Task What_cannot_be_drawn_is_refused_with_every_reason()
    {
        using var folder = new TemporaryFolder();
        var train = example.Dataset.Train;
        var options = new AugmentationPreviewOptions { Images = 0 };
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => AugmentationPreview.WriteAsync(folder.File("sheet.png"), train, Target, new AugmentedViews { Count = 0 }, options));
        Assert.Contains("Images is 0; it must be 1 to 100", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ArgumentException>(
            () => AugmentationPreview.WriteAsync(folder.File("sheet.png"), train, Target, new AugmentedViews { Count = 0 }));
        Assert.Contains("Count is 0; it must be 1 to 100", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ArgumentException>(
            () => AugmentationPreview.WriteAsync(
                folder.File("sheet.png"), train, ImagePreprocessing.ImageNet(2000), new AugmentedViews { Count = 50 }));
        Assert.Contains("fewer images or views", error.Message, StringComparison.Ordinal);
        var none = new LabeledImageSet("nothing", ["a"], []);
        error = await Assert.ThrowsAsync<ArgumentException>(() => AugmentationPreview.WriteAsync(folder.File("sheet.png"), none, Target));
        Assert.Contains("'nothing'", error.Message, StringComparison.Ordinal);

        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AugmentationPreview.WriteAsync(folder.File("sheet.png"), train, Target, cancellationToken: cancelled));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
