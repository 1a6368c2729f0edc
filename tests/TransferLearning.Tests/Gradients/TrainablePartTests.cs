using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Gradients;

/// <summary>
/// Whole trainable parts of real networks, from old operator sets to the logits, against central differences in double precision.
/// </summary>
public sealed class TrainablePartTests
{
    [Theory]
    [InlineData("light/light_resnet50.onnx", "r161", new long[] { 1, 2048, 7, 7 }, "r174")]
    [InlineData("light/light_vgg19.onnx", "r31", new long[] { 1, 512, 14, 14 }, "r36")]
    [InlineData("light/light_densenet121.onnx", "r871", new long[] { 1, 960, 7, 7 }, "fc6_1")]
    [InlineData("light/light_inception_v1.onnx", "r109", new long[] { 1, 832, 6, 6 }, "r143")]
    [InlineData("light/light_inception_v2.onnx", "r453", new long[] { 1, 1024, 7, 7 }, "r507")]
    [InlineData("light/light_shufflenet.onnx", "r149", new long[] { 1, 272, 14, 14 }, "r201")]
    [InlineData("light/light_squeezenet.onnx", "r46", new long[] { 1, 384, 13, 13 }, "r65")]
    [InlineData("mobilenetv2-1.0-224.onnx", "add_39", new long[] { 2, 96, 14, 14 }, "logits")]
    [InlineData("tinyres-96.onnx", "stage2.relu2", new long[] { 3, 128, 12, 12 }, "logits")]
    public void Gradients_of_all_weights_agree_with_central_differences(string model, string cut, long[] cutShape, string output)
    {
        string path = TestData.Require("models/" + model);
        var check = new GradientCheck(31);
        TrainablePartExample.Load(check, path, cut, cutShape, output);
        check.VerifyAlongDirections(2, 1e-3, output);
    }

    [Theory]
    [InlineData("light/light_resnet50.onnx", "r161", new long[] { 2, 2048, 7, 7 }, "r171")]
    [InlineData("light/light_densenet121.onnx", "r871", new long[] { 2, 960, 7, 7 }, "fc6_1")]
    [InlineData("light/light_inception_v1.onnx", "r109", new long[] { 2, 832, 6, 6 }, "r138")]
    [InlineData("light/light_shufflenet.onnx", "r186", new long[] { 1, 544, 7, 7 }, "r201")]
    [InlineData("light/light_squeezenet.onnx", "r46", new long[] { 2, 384, 13, 13 }, "r65")]
    [InlineData("mobilenetv2-1.0-224.onnx", "add_39", new long[] { 3, 96, 14, 14 }, "logits")]
    [InlineData("tinyres-96.onnx", "stage2.relu2", new long[] { 3, 128, 12, 12 }, "logits")]
    public void Gradients_over_a_folded_batch_agree_with_central_differences(string model, string cut, long[] cutShape, string output)
    {
        string path = TestData.Require("models/" + model);
        var check = new GradientCheck(32) { Folded = [cut] };
        TrainablePartExample.Load(check, path, cut, cutShape, output);
        check.VerifyAlongDirections(1, 1e-3, output);
    }
}
