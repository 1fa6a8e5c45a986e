// Nothing at all: what is left is the engine's and the SDK's own start.
import "@pulumi/pulumi";
