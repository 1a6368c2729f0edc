using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>The groups of a dataset reach what is held out inside a training.</summary>
public sealed class GroupedTrainingTests
{
    private static readonly TransferLearner Learner = TransferLearner.From(Backbones.TinyResNet);

    [Fact]
    public async Task Classes_of_one_group_each_leave_nothing_to_choose_by_which_is_said()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 12, seed: 31);
        foreach (string name in DrawnImages.Classes)
        {
            string film = Directory.CreateDirectory(folder.File($"{name}/film")).FullName;
            foreach (string image in Directory.GetFiles(folder.File(name)))
                File.Move(image, Path.Combine(film, Path.GetFileName(image)));
        }

        var options = new ImageFolderOptions { ValidationFraction = 0 };
        var plain = ImageDataset.FromFolder(folder.Path, options);
        var grouped = ImageDataset.FromFolder(folder.Path, options with { GroupPattern = ImageFolderOptions.GroupBySubfolder });
        Assert.Empty(plain.Problems);
        var problem = Assert.Single(grouped.Problems);
        Assert.Equal(DatasetProblemKind.SingleGroup, problem.Kind);
        Assert.Contains("'circle', 'square'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("add images of other groups", problem.Message, StringComparison.Ordinal);

        var report = await DatasetDoctor.CheckAsync(
            folder.Path, new DatasetCheckOptions { Folder = options with { GroupPattern = ImageFolderOptions.GroupBySubfolder } });
        Assert.Single(report.Findings, finding => finding.Kind == DatasetFindingKind.SingleGroup);

        using var leaking = await Learner.FeatureExtraction().FitAsync(plain);
        using var honest = await Learner.FeatureExtraction().FitAsync(grouped);
        Assert.Equal("linear softmax, L2 strength 0.03", honest.Training!.Head);
        Assert.NotEqual(honest.Training.Head, leaking.Training!.Head);
        var error = await Assert.ThrowsAsync<DatasetException>(() => Learner.Auto().AdviseAsync(grouped));
        Assert.Contains("only one training image or group of each class", error.Message, StringComparison.Ordinal);
    }
}
