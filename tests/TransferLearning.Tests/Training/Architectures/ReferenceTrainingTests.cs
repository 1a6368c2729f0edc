using TransferLearning.Tests.Onnx;

namespace TransferLearning.Tests.Training.Architectures;

/// <summary>Every family that PyTorch exports takes any number of images, and trains as a whole.</summary>
public sealed class ReferenceTrainingTests
{
    public static TheoryData<string> Names => ReferenceNetwork.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_batch_is_free_or_can_be_freed(string name)
    {
        var reference = ReferenceNetwork.Load(name);
        var freed = reference.Model.WithFreeBatch();
        Assert.Null(freed.Inputs[0].Dimensions[0]);
        var (logits, shape) = OnnxRun.Run(freed, reference.Input, reference.InputShape);
        Assert.Equal([reference.Images, reference.Classes], shape);
        OnnxRun.AssertClose(reference.Logits, logits, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_whole_network_trains_and_gives_the_same_scores_when_it_is_loaded_again(string name) =>
        WholeNetwork.TrainSaveAndLoad(ReferenceNetwork.Load(name).Model);
}
