using SkiaSharp;
using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>What the part Check finds, without a page.</summary>
public sealed class DatasetCheckTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Blurred_images_are_found_each_on_its_own_and_excluding_one_settles_it()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 24; i++)
            Write(folder.File($"{(i % 2 == 0 ? "circle" : "square")}/{i}.png"), i, blur: i is 5 or 12 ? 6 : 0);

        await using var project = Project.Open(folder.Path, state: null);
        await UntilAsync(() => project.Images.Now.Images.Length == 24);
        Assert.True(project.Checks.Start());
        await UntilAsync(() => !project.Checks.Job.IsRunning);

        Assert.Null(project.Checks.Job.Error);
        CheckItem[] blurred = [.. project.Checks.Items!.Where(item => item.Kind == CheckKind.Blurred)];
        Assert.Equal(
            ["12.png", "5.png"],
            blurred.Select(item => project.Images.Now.Find(Assert.Single(item.Images))!.Name).Order(StringComparer.Ordinal));
        Assert.All(blurred, item => Assert.Equal("Less sharp than most images here.", item.Message));
        project.Images.Change("excluded", blurred[0].Images, image => image.Marks with { State = ImageState.Excluded });
        Assert.Equal([0, 1], blurred.Select(item => item.Open(project.Images.Now).Length));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
            await Task.Delay(50, patience.Token);
    }

    /// <summary>A drawing of many lines, with a Gaussian blur of so many pixels.</summary>
    private static void Write(string path, int number, float blur)
    {
        using var bitmap = new SKBitmap(160, 160);
        using (var canvas = new SKCanvas(bitmap))
        using (var filter = blur > 0 ? SKImageFilter.CreateBlur(blur, blur) : null)
        using (var layer = new SKPaint { ImageFilter = filter })
        using (var paint = new SKPaint { Color = SKColors.White, StrokeWidth = 4 })
        {
            canvas.Clear(SKColor.FromHsl(number * 37 % 360, 60, 40));
            canvas.SaveLayer(layer);
            for (int line = 0; line < 9; line++)
                canvas.DrawLine(((number * 29) + (line * 41)) % 160, 0, ((number * 13) + (line * 67)) % 160, 160, paint);
            for (int line = 0; line < 9; line++)
                canvas.DrawLine(0, ((number * 17) + (line * 53)) % 160, 160, ((number * 31) + (line * 37)) % 160, paint);
            canvas.Restore();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }
}
