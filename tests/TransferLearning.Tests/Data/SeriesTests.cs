using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>Series of similar images, such as the frames of a film, are found by their names together with their content.</summary>
public sealed class SeriesTests
{
    [Theory]
    [InlineData("film{0}_frame{1:00}.png", "film0")]
    [InlineData("{1:00}-patient{0}.png", "patient0")]
    [InlineData("vid{0}/f{1:00}.png", "vid0")]
    public async Task Check_and_training_propose_a_pattern_that_keeps_series_together(string name, string first)
    {
        using var folder = new TemporaryFolder();
        Draw(folder, name, together: true);
        var report = await DatasetDoctor.CheckAsync(folder.Path);
        var finding = Assert.Single(report.Findings, finding => finding.Kind == DatasetFindingKind.LikelySeries);
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        var dataset = ImageDataset.FromFolder(folder.Path);
        var problem = Assert.Single(dataset.Problems, problem => problem.Kind == DatasetProblemKind.LikelySeries);
        Assert.Equal($"{finding.Message} {finding.Remedy}", problem.Message);

        string pattern = finding.Remedy.Split('"')[1];
        var grouped = ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { GroupPattern = pattern });
        Assert.DoesNotContain(grouped.Problems, known => known.Kind == DatasetProblemKind.LikelySeries);
        Assert.Equal(6, grouped.All.Select(image => image.Group).Distinct().Count());
        Assert.Contains(first, grouped.All.Select(image => image.Group));
        Assert.Empty(grouped.Train.Select(image => image.Group).Intersect(grouped.Validation.Select(image => image.Group)));
        Assert.NotEmpty(grouped.Validation);
    }

    [Fact]
    public void Names_alone_and_one_series_for_each_class_are_no_series()
    {
        using var folder = new TemporaryFolder();
        Draw(folder, "film{0}_frame{1:00}.png", together: false);
        Assert.DoesNotContain(ImageDataset.FromFolder(folder.Path).Problems, problem => problem.Kind == DatasetProblemKind.LikelySeries);
        using var numbered = new DatasetFolder();
        for (int i = 0; i < 20; i++)
            numbered.Add($"cat/IMG_{i:0000}.jpg").Add($"dog/dog.{i}.jpg");
        Assert.Empty(numbered.Read().Problems);
    }

    /// <summary>Two classes, three films of each, five frames of each that are almost alike, or not.</summary>
    private static void Draw(TemporaryFolder folder, string name, bool together)
    {
        var random = new Random(4);
        for (int film = 0; film < 6; film++)
        {
            var colour = Colour();
            for (int frame = 0; frame < 5; frame++)
            {
                string file = string.Format(System.Globalization.CultureInfo.InvariantCulture, name, film, frame);
                string path = folder.File($"{(film % 2 == 0 ? "sick" : "well")}/{file}");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var bitmap = new SKBitmap(new SKImageInfo(64, 48, SKColorType.Rgba8888, SKAlphaType.Opaque));
                bitmap.Erase(together ? colour : Colour());
                using (var canvas = new SKCanvas(bitmap))
                using (var paint = new SKPaint { Color = SKColors.White })
                    canvas.DrawCircle(20 + frame, 20, 12, paint);
                using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                File.WriteAllBytes(path, data.ToArray());
            }
        }

        SKColor Colour() => new((byte)random.Next(200), (byte)random.Next(200), (byte)random.Next(200));
    }
}
