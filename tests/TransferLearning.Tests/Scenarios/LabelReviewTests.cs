using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>Wrong labels are found by what all other images say.</summary>
public sealed class LabelReviewTests
{
    [Theory]
    [InlineData(21)]
    [InlineData(34)]
    [InlineData(55)]
    public async Task Planted_wrong_labels_are_among_the_first_suspects(int seed)
    {
        // 3 of 150 images, 2%, get the label of another class.
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 49, seed);
        string[] planted = [folder.File("square/wrong0.jpg"), folder.File("circle/wrong1.jpg"), folder.File("square/wrong2.jpg")];
        await File.WriteAllBytesAsync(planted[0], DrawnImages.Encode(0, 900));
        await File.WriteAllBytesAsync(planted[1], DrawnImages.Encode(2, 901));
        await File.WriteAllBytesAsync(planted[2], DrawnImages.Encode(2, 902));
        var dataset = ImageDataset.FromFolder(folder.Path);
        var progress = new ListProgress();
        var review = await TransferLearner.From(Backbones.TinyResNet).ReviewLabelsAsync(dataset, progress: progress);
        Assert.Equal(150, review.Images);
        Assert.NotEmpty(progress.Values);
        var first = review.Suspects.Take(6).ToList();
        Assert.All(planted, path => Assert.Contains(path, first.Select(suspect => suspect.Path)));
        var wrong = review.Suspects.First(suspect => suspect.Path == planted[0]);
        Assert.Equal(("square", "circle"), (wrong.Label, wrong.Suggested));
        Assert.True(wrong.SuggestedProbability > wrong.LabelProbability);
        Assert.Equal(review.Suspects, (await TransferLearner.From(Backbones.TinyResNet).ReviewLabelsAsync(dataset)).Suspects);

        string page = folder.File("page.html");
        LabelReviewPage.Write(page, "<b>", review.Suspects);
        string html = await File.ReadAllTextAsync(page);
        Assert.Contains("Labels of &lt;b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("wrong0.jpg", html, StringComparison.Ordinal);
        Assert.Equal(review.Suspects.Count, html.Split("data:image/jpeg").Length - 1);
    }
}
