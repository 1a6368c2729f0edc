namespace TransferLearning.Tests.Training.Architectures;

/// <summary>What holds for every family of networks that PyTorch exports.</summary>
public sealed class ReferenceNetworkTests
{
    public static TheoryData<string> Names => ReferenceNetwork.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_weights_are_those_that_PyTorch_trains(string name)
    {
        var reference = ReferenceNetwork.Load(name);
        var statistics = reference.Model.Layers.SelectMany(layer => layer.Statistics).ToHashSet();
        string[] found = [.. reference.Model.Index.Weights.Select(weight => weight.Name).Where(weight => !statistics.Contains(weight))];
        Assert.Equal(reference.Trained.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        var summary = reference.Model.Summarize();
        Assert.Equal(reference.Model.ParameterCount, summary.TotalParameters);
        Assert.Equal(reference.Trained.Sum(weight => (long)reference.Model.ReadInitializer(weight).Length), summary.TrainableParameters);
    }
}
