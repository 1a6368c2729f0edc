using System.Numerics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <content>The networks of the ONNX Model Zoo, all trained on ImageNet-1k.</content>
public static partial class Backbones
{
    private const string Apache2 = "Apache-2.0";
    private const string Mit = "MIT";
    private const string Bsd3 = "BSD-3-Clause";

    /// <summary>The legacy collection, which keeps the folders of the zoo, and one repository for each file.</summary>
    private const string Collection = "https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/validated/vision/classification/";
    private const string Repositories = "https://huggingface.co/onnxmodelzoo/";

    /// <summary>The zoo's own repository, on another host; its end is announced, so it is the last.</summary>
    private const string LargeFiles =
        "https://media.githubusercontent.com/media/onnx/models/4c46cd00fbdb7cd30b6c1c17ab54f2e1f4f7b177/validated/vision/classification/";

    /// <summary>MobileNetV2 1.0, inverted residuals with depthwise convolutions: a good default on a CPU.</summary>
    public static Backbone MobileNetV2 { get; } = Zoo(
        "MobileNetV2", "mobilenet/model/mobilenetv2-12.onnx", 13_964_571,
        "c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5",
        Tensor("input", null, 3, 224, 224), Tensor("output", null, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 69.5,
        FeatureDimension = 1280,
        Parameters = 3_487_816,
        MultiplyAdds = 300_774_272,
    };

    /// <summary>MobileNetV2 1.0 from another training run, in an older operator set.</summary>
    public static Backbone MobileNetV2Opset10 { get; } = Zoo(
        "MobileNetV2-10", "mobilenet/model/mobilenetv2-10.onnx", 13_963_115,
        "0e7c0aa4bc74650386fa1d2c84705753de7c2bdb21909ada5c59154bb429e092",
        Tensor("input", null, 3, 224, 224), Tensor("output", null, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 70.9,
        FeatureDimension = 1280,
        Parameters = 3_487_816,
        MultiplyAdds = 300_774_272,
    };

    /// <summary>ResNet of 18 layers.</summary>
    public static Backbone ResNet18 { get; } = Zoo(
        "ResNet18", "resnet/model/resnet18-v1-7.onnx", 46_820_737,
        "4e8f8653e7a2222b3904cc3fe8e304cd8b339ce1d05fd24688162f86fb6df52c",
        Tensor("data", null, 3, 224, 224), Tensor("resnetv15_dense0_fwd", null, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 69.9,
        FeatureDimension = 512,
        Parameters = 11_699_112,
        MultiplyAdds = 1_814_073_344,
    };

    /// <summary>ResNet of 18 layers with activations before the convolutions.</summary>
    public static Backbone ResNet18V2 { get; } = Zoo(
        "ResNet18V2", "resnet/model/resnet18-v2-7.onnx", 46_806_737,
        "3b4d048057854022232aa20bf68262e31718ab7119a17f920b8a2dc1433f824b",
        Tensor("data", null, 3, 224, 224), Tensor("resnetv22_dense0_fwd", null, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 69.7,
        FeatureDimension = 512,
        Parameters = 11_695_796,
        MultiplyAdds = 1_814_073_344,
    };

    /// <summary>ResNet of 50 layers.</summary>
    public static Backbone ResNet50 { get; } = Zoo(
        "ResNet50", "resnet/model/resnet50-v1-12.onnx", 102_576_593,
        "3f03fdef724b22947eed826f1eef1dc5c34151bb4c37d634f1db89dfa2dd1526",
        Tensor("data", null, 3, 224, 224), Tensor("resnetv17_dense0_fwd", null, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 75.0,
        FeatureDimension = 2048,
        Parameters = 25_629_032,
        MultiplyAdds = 3_857_973_248,
    };

    /// <summary>ResNet of 50 layers with activations before the convolutions.</summary>
    public static Backbone ResNet50V2 { get; } = Zoo(
        "ResNet50V2", "resnet/model/resnet50-v2-7.onnx", 102_442_452,
        "79102261eb6e5fd7af5d27f41316293e388c5cb691e5d25bfb035c4f64fefe31",
        Tensor("data", null, 3, 224, 224), Tensor("resnetv24_dense0_fwd", null, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 75.8,
        FeatureDimension = 2048,
        Parameters = 25_595_060,
        MultiplyAdds = 4_089_184_256,
    };

    /// <summary>EfficientNet-Lite4 for images of 224 × 224 pixels, in NHWC: the most accurate of the catalog.</summary>
    public static Backbone EfficientNetLite4 { get; } = Zoo(
        "EfficientNetLite4", "efficientnet-lite4/model/efficientnet-lite4-11.onnx", 51_946_641,
        "d111689907c06eea7c82e4833ddef758da6453b9d4cf60b7e99ca05c7cbd9c12",
        Tensor("images:0", 1, 224, 224, 3), Tensor("Softmax:0", 1, 1000)) with
    {
        Preprocessing = EfficientNetLite(),
        License = Mit,
        PublishedTop1 = 77.7,
        FeatureDimension = 1280,
        Parameters = 12_950_384,
        MultiplyAdds = 1_347_665_152,
    };

    /// <summary>DenseNet of 121 layers.</summary>
    public static Backbone DenseNet121 { get; } = Zoo(
        "DenseNet121", "densenet-121/model/densenet-12.onnx", 32_726_877,
        "0294e7e88e5b3360de9b0fdc321baf9e6ef18b7f058c4536caae3b9f18ed9ed5",
        Tensor("data_0", 1, 3, 224, 224), Tensor("fc6_1", 1, 1000, 1, 1)) with
    {
        Preprocessing = DenseNet(),
        License = Mit,
        PublishedTop1 = 74.9,
        FeatureDimension = 1024,
        Parameters = 8_146_152,
        MultiplyAdds = 2_834_161_664,
    };

    /// <summary>SqueezeNet 1.1: the smallest download.</summary>
    public static Backbone SqueezeNet11 { get; } = Zoo(
        "SqueezeNet11", "squeezenet/model/squeezenet1.1-7.onnx", 4_956_208,
        "1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088",
        Tensor("data", 1, 3, 224, 224), Tensor("squeezenet0_flatten0_reshape0", 1, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 56.3,
        FeatureDimension = 512,
        Parameters = 1_235_496,
        MultiplyAdds = 349_151_936,
    };

    /// <summary>ShuffleNetV2 1.0: the fewest multiplications at 224 × 224 pixels.</summary>
    public static Backbone ShuffleNetV2 { get; } = Zoo(
        "ShuffleNetV2", "shufflenet/model/shufflenet-v2-10.onnx", 9_218_554,
        "8b85e969a0a5518b554c99548379d1ba54d973733a6a12012138d91852308584",
        Tensor("input", 1, 3, 224, 224), Tensor("output", 1, 1000)) with
    {
        License = Bsd3,
        PublishedTop1 = 69.4,
        FeatureDimension = 1024,
        Parameters = 2_294_784,
        MultiplyAdds = 144_907_992,
    };

    /// <summary>GoogLeNet, trained with Caffe.</summary>
    public static Backbone GoogLeNet { get; } = Zoo(
        "GoogLeNet", "inception_and_googlenet/googlenet/model/googlenet-12.onnx", 28_021_836,
        "c99c507058eaf41de8723408fdda7db8325cb57f0a89f2ee07a716d6e963e14e",
        Tensor("data_0", 1, 3, 224, 224), Tensor("prob_1", 1, 1000)) with
    {
        Preprocessing = ImagePreprocessing.Caffe(),
        License = Bsd3,
        PublishedTop1 = 67.8,
        FeatureDimension = 1024,
        Parameters = 6_998_552,
    };

    /// <summary>Inception v1, the architecture of GoogLeNet from another training run.</summary>
    public static Backbone InceptionV1 { get; } = Zoo(
        "InceptionV1", "inception_and_googlenet/inception_v1/model/inception-v1-12.onnx", 28_021_958,
        "814b31a6316873bd03d2d808415ce1f40a7bf48ad88eab5ecc3cdc8dc6cf38ec",
        Tensor("data_0", 1, 3, 224, 224), Tensor("prob_1", 1, 1000)) with
    {
        Preprocessing = SquashedCaffe(),
        License = Mit,
        PublishedTop1 = 67.2,
        FeatureDimension = 1024,
        Parameters = 6_998_552,
        MultiplyAdds = 1_431_556_352,
    };

    /// <summary>Inception v2 with batch normalisation.</summary>
    public static Backbone InceptionV2 { get; } = Zoo(
        "InceptionV2", "inception_and_googlenet/inception_v2/model/inception-v2-9.onnx", 45_042_799,
        "37ed4aa93f817fd0d1cc19bda045ebd70f18d0887a5f51e66ecd0ed8fd5a65c2",
        Tensor("data_0", 1, 3, 224, 224), Tensor("prob_1", 1, 1000)) with
    {
        Preprocessing = ImagePreprocessing.Caffe(),
        PreprocessingVerified = false,
        License = Mit,
        PublishedTop1Source = null,
        FeatureDimension = 1024,
        Parameters = 11_234_792,
        MultiplyAdds = 2_018_851_840,
    };

    /// <summary>VGG of 16 layers.</summary>
    public static Backbone Vgg16 { get; } = Zoo(
        "VGG16", "vgg/model/vgg16-12.onnx", 553_437_752,
        "722c42f53ca03a5480296bf8f9c85a151de3eed9ec982d7d2302ff6e2900c67b",
        Tensor("data", 1, 3, 224, 224), Tensor("vgg0_dense2_fwd", 1, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 72.4,
        FeatureDimension = 512,
        Parameters = 138_357_544,
        MultiplyAdds = 15_470_264_320,
    };

    /// <summary>VGG of 16 layers in an older operator set.</summary>
    public static Backbone Vgg16Opset7 { get; } = Zoo(
        "VGG16-7", "vgg/model/vgg16-7.onnx", 553_437_328,
        "f20805a3ecccaa88647bbab4ad011ff2412a9838485ea844de0fcbce349820b9",
        Tensor("data", 1, 3, 224, 224), Tensor("vgg0_dense2_fwd", 1, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 72.6,
        FeatureDimension = 512,
        Parameters = 138_357_544,
        MultiplyAdds = 15_470_264_320,
    };

    /// <summary>VGG of 19 layers.</summary>
    public static Backbone Vgg19 { get; } = Zoo(
        "VGG19", "vgg/model/vgg19-7.onnx", 574_677_321,
        "692f9f927f1df1b89033787a77a73eac59fd9b3344f9ecdf0b13221e41c2046f",
        Tensor("data", 1, 3, 224, 224), Tensor("vgg0_dense2_fwd", 1, 1000)) with
    {
        License = Apache2,
        PublishedTop1 = 73.7,
        FeatureDimension = 512,
        Parameters = 143_667_240,
        MultiplyAdds = 19_632_062_464,
    };

    /// <summary>AlexNet, trained with Caffe.</summary>
    public static Backbone AlexNet { get; } = Zoo(
        "AlexNet", "alexnet/model/bvlcalexnet-12.onnx", 243_863_787,
        "6b0da9510f27f234ee96a85dc3809dd210150fdefad87f6850f9788513216945",
        Tensor("data_0", 1, 3, 224, 224), Tensor("prob_1", 1, 1000)) with
    {
        Preprocessing = SquashedCaffe(),
        License = Bsd3,
        PublishedTop1 = 54.8,
        FeatureDimension = 256,
        Parameters = 60_965_224,
        MultiplyAdds = 654_560_384,
    };

    /// <summary>The common properties of all files of the zoo.</summary>
    private static Backbone Zoo(string name, string path, long bytes, string sha256, OnnxTensorInfo input, OnnxTensorInfo output)
    {
        string fileName = path[(path.LastIndexOf('/') + 1)..];
        string stem = Path.GetFileNameWithoutExtension(fileName);
        return new Backbone
        {
            Name = name,
            Preprocessing = ImagePreprocessing.ImageNet(),
            Labels = ClassLabels.ImageNet1k,
            ClassCount = 1000,
            Origin = "ONNX Model Zoo, trained on ImageNet-1k",
            PublishedTop1Source = "ONNX Model Zoo, validation images of ImageNet-1k",
            Input = input,
            Output = output,
            Weights = new WeightFile
            {
                FileName = fileName,
                Bytes = bytes,
                Sha256 = sha256,
                Addresses =
                [
                    new Uri(Collection + path), new Uri($"{Repositories}{stem}/resolve/main/{fileName}"), new Uri(LargeFiles + path),
                ],
            },
        };
    }

    /// <summary>BGR, minus the means of Caffe's networks, times 0.017, as the original training had it.</summary>
    private static ImagePreprocessing DenseNet() => ImagePreprocessing.Caffe() with
    {
        Mean = new Vector3(103.94f, 116.78f, 123.68f),
        StandardDeviation = new Vector3(58.8235f),
    };

    /// <summary>Caffe's means, and the whole image squashed to 224 × 224 instead of cropped.</summary>
    private static ImagePreprocessing SquashedCaffe() =>
        ImagePreprocessing.Caffe() with { Resize = ImageResizeMode.Squash, ResizeTo = null };

    /// <summary>Centre crop of 87.5% and (x − 127) / 128, channels last (source: the model card of EfficientNet-Lite4).</summary>
    private static ImagePreprocessing EfficientNetLite() => ImagePreprocessing.ImageNet() with
    {
        Layout = TensorLayout.Nhwc,
        Mean = new Vector3(127),
        StandardDeviation = new Vector3(128),
    };

    private static OnnxTensorInfo Tensor(string name, params long?[] dimensions) => new(name, OnnxElementType.Float, dimensions);
}
