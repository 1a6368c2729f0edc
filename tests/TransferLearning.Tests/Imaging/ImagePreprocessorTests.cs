using TransferLearning.Imaging;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

public sealed class ImagePreprocessorTests
{
    [Fact]
    public void A_text_with_a_picture_extension_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("notes.jpg");
        File.WriteAllText(path, "not a picture");
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet());
        var error = Assert.Throws<ImageDecodeException>(() => preprocessor.Load(path, new float[preprocessor.TensorLength]));
        Assert.Equal(path, error.ImageSource);
        Assert.Contains("a text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_photo_becomes_a_tensor_of_finite_numbers()
    {
        string folder = TestData.Require("datasets/photos_12mp");
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.TensorFlow());
        float[] tensor = new float[preprocessor.TensorLength];
        preprocessor.Load(Directory.GetFiles(folder)[0], tensor);
        Assert.All(tensor, value => Assert.InRange(value, -1f, 1f));
        Assert.NotEqual(tensor.Min(), tensor.Max());
    }
}
