using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Preprocessing_of_a_real_model_is_read()
    {
        var model = OnnxModel.Load(TestData.Require("models/squeezenet1.1-227.onnx"));
        string json = model.Proto.MetadataProps.Single(entry => entry.Key == "transferlearning.preprocessing").Value;
        var preprocessing = ImagePreprocessing.Parse(json);
        Assert.Equal(ChannelOrder.Bgr, preprocessing.ChannelOrder);
        Assert.Equal(preprocessing, ImagePreprocessing.Parse(preprocessing.ToJson()));
    }
}
